using System.Net;
using System.Net.Http.Json;
using TrustedApps.Client;
using Reply = TrustedApps.Tests.Client.ProvingServer.Reply;

namespace TrustedApps.Tests.Client;

/// <summary>The content of a proven response is verified however it is read, and as it is read.</summary>
public sealed class ProvenContentTests : IDisposable
{
    private const string Text = "\"the list of issues, which is longer than one read\"";

    private readonly ProvingServer _server = new(TimeProvider.System) { Answer = () => new Reply { Content = Bytes(Text) } };
    private readonly HttpClient _client;

    public ProvenContentTests()
    {
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base);
        _client = new HttpClient(new TrustedAppHandler(issuer, new() { BaseUrl = Fixture.Base.Text, RequireResponseProof = true }) { InnerHandler = _server });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    private static readonly Dictionary<string, Func<HttpContent, Task<string>>> _ways = new()
    {
        ["ReadAsStringAsync"] = content => content.ReadAsStringAsync(Cancellation),
        ["ReadAsByteArrayAsync"] = async content => TextOf(await content.ReadAsByteArrayAsync(Cancellation)),
        ["ReadFromJsonAsync"] = async content => $"\"{await content.ReadFromJsonAsync<string>(Cancellation)}\"",
        ["CopyToAsync"] = async content =>
        {
            var copy = new MemoryStream();
            await content.CopyToAsync(copy, Cancellation);
            return TextOf(copy.ToArray());
        },
        ["CopyTo"] = content =>
        {
            var copy = new MemoryStream();
            content.CopyTo(copy, null, Cancellation);
            return Task.FromResult(TextOf(copy.ToArray()));
        },
        ["ReadAsStreamAsync"] = async content =>
        {
            using var reader = new StreamReader(await content.ReadAsStreamAsync(Cancellation));
            return await reader.ReadToEndAsync(Cancellation);
        },
        ["ReadAsStream"] = content =>
        {
            using var reader = new StreamReader(content.ReadAsStream(Cancellation));
            return Task.FromResult(reader.ReadToEnd());
        },
        ["ReadByte"] = content =>
        {
            using Stream stream = content.ReadAsStream(Cancellation);
            var bytes = new List<byte>();
            for (int read = stream.ReadByte(); read >= 0; read = stream.ReadByte()) bytes.Add((byte)read);
            return Task.FromResult(TextOf([.. bytes]));
        },
        ["array"] = async content =>
        {
            Stream stream = await content.ReadAsStreamAsync(Cancellation);
            byte[] buffer = new byte[200];
            int length = 0;
            for (int read = -1; read != 0; length += read) read = await stream.ReadAsync(buffer.AsMemory(length), Cancellation);
            return TextOf(buffer.AsSpan(0, length));
        },
    };

    public static TheoryData<string, bool, string?> Ways => new(
        from way in _ways.Keys
        from hasLength in new[] { true, false }
        from digest in new[] { null, "trailer" }
        select new TheoryDataRow<string, bool, string?>(way, hasLength, digest));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task However_it_is_read_it_is_verified(string way, bool hasLength, string? digest)
    {
        _server.Answer = () => new Reply { Content = Bytes(Text), ContentType = "application/json", HasLength = hasLength, Digest = digest };
        using (HttpResponseMessage good = await SendAsync()) Assert.Equal(Text, await _ways[way](good.Content));

        _server.Answer = () => new Reply { Content = Bytes(Text), ContentType = "application/json", HasLength = hasLength, Digest = digest };
        _server.OnTheWay = response => response.Content = Like(response.Content, new Changed(response.Content.ReadAsStream()));
        using HttpResponseMessage changed = await SendAsync();
        await Assert.ThrowsAsync<ResponseProofException>(() => _ways[way](changed.Content));
    }

    [Fact]
    public async Task What_was_loaded_into_memory_is_read_as_often_as_one_likes_and_what_was_not_once()
    {
        using (HttpResponseMessage loaded = await SendAsync())
        {
            await loaded.Content.LoadIntoBufferAsync(Cancellation);
            foreach (Func<HttpContent, Task<string>> read in new[] { _ways["ReadAsStringAsync"], _ways["CopyTo"], _ways["ReadAsByteArrayAsync"], _ways["ReadAsStream"] })
            {
                Assert.Equal(Text, await read(loaded.Content));
            }
        }

        using HttpResponseMessage response = await SendAsync();
        await response.Content.CopyToAsync(Stream.Null, Cancellation);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => response.Content.CopyToAsync(Stream.Null, Cancellation));
        Assert.Equal("The content was read already. It cannot be read again.", refused.Message);
    }

    [Fact]
    public async Task It_is_not_held_in_memory_and_what_came_before_a_fault_is_not_its_end()
    {
        var source = new Slow(1 << 30);
        _server.Answer = () => new Reply { HasLength = false };
        _server.OnTheWay = response => response.Content = Like(response.Content, source);
        using HttpResponseMessage response = await SendAsync();
        Stream stream = await response.Content.ReadAsStreamAsync(Cancellation);
        byte[] buffer = new byte[4096];
        Assert.Equal(0, source.Given);
        Assert.Equal(4096, await stream.ReadAsync(buffer, Cancellation)); // at once
        Assert.Equal(4096, source.Given);
        source.End();
        await Assert.ThrowsAsync<ResponseProofException>(async () => _ = await stream.ReadAtLeastAsync(buffer, 1, cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ResponseProofException>(async () => _ = await stream.ReadAtLeastAsync(buffer, 1, cancellationToken: Cancellation)); // and so again
        Assert.Throws<ResponseProofException>(() => stream.ReadByte());
    }

    [Fact]
    public async Task The_last_bytes_of_content_of_known_length_are_given_only_after_the_check()
    {
        _server.OnTheWay = response => response.Content = Like(response.Content, new Changed(response.Content.ReadAsStream()));
        using HttpResponseMessage response = await SendAsync();
        Stream stream = await response.Content.ReadAsStreamAsync(Cancellation);
        byte[] whole = new byte[Text.Length]; // a reader that knows the length never asks for the end
        await Assert.ThrowsAsync<ResponseProofException>(() => stream.ReadExactlyAsync(whole, Cancellation).AsTask());
    }

    [Fact]
    public async Task Content_where_there_is_none_ends_at_its_first_byte()
    {
        var source = new Slow(1 << 30);
        _server.Answer = () => new Reply { Content = null, ContentType = null, HasLength = false };
        _server.OnTheWay = response => response.Content = Like(response.Content, source);
        using HttpResponseMessage response = await SendAsync();
        Stream stream = await response.Content.ReadAsStreamAsync(Cancellation);
        await Assert.ThrowsAsync<ResponseProofException>(async () => _ = await stream.ReadAtLeastAsync(new byte[16], 1, cancellationToken: Cancellation));
        Assert.InRange(source.Given, 1, 17);
    }

    [Fact]
    public async Task A_connection_that_ends_before_the_content_is_a_fault_of_the_network()
    {
        _server.OnTheWay = response => response.Content = Like(response.Content, new Slow(10) { Fault = new HttpIOException(HttpRequestError.ResponseEnded) });
        using HttpResponseMessage response = await SendAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_read_of_nothing_waits_and_says_nothing_about_the_end()
    {
        using HttpResponseMessage response = await SendAsync();
        Stream stream = await response.Content.ReadAsStreamAsync(Cancellation);
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancellation));
        using var reader = new StreamReader(stream);
        Assert.Equal(Text, await reader.ReadToEndAsync(Cancellation));
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation));
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static string TextOf(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private static StreamContent Like(HttpContent content, Stream stream)
    {
        var made = new StreamContent(stream);
        foreach ((string name, var values) in content.Headers.NonValidated) made.Headers.TryAddWithoutValidation(name, values);
        return made;
    }

    private async Task<HttpResponseMessage> SendAsync()
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Fixture.Url).OnBehalfOf("fred");
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    /// <summary>The same content with one bit changed at its end.</summary>
    private sealed class Changed(Stream content) : ReadingStream
    {
        public override int Read(Span<byte> buffer)
        {
            int read = content.Read(buffer);
            foreach (ref byte value in buffer[..read])
            {
                if (value == 's') value ^= 1;
            }

            return read;
        }
    }

    /// <summary>As many bytes as are asked for, until it is ended.</summary>
    private sealed class Slow(long length) : ReadingStream
    {
        private long _left = length;

        public long Given { get; private set; }

        public Exception? Fault { get; init; }

        public void End() => _left = 0;

        public override int Read(Span<byte> buffer)
        {
            int read = (int)Math.Min(_left, buffer.Length);
            if (read == 0 && Fault is not null && buffer.Length > 0) throw Fault;
            _left -= read;
            Given += read;
            return read;
        }
    }
}
