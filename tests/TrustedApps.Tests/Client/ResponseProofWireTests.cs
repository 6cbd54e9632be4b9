using System.Net;
using System.Security.Cryptography;
using System.Text;
using FsCheck.Fluent;
using TrustedApps.Client;
using TrustedApps.Replay;
using TrustedApps.Responses;

namespace TrustedApps.Tests.Client;

/// <summary>
/// The bytes of a response on the wire, below the real HTTP client. Whatever is done to them, the application is given
/// what the provider said, or an error.
/// </summary>
public sealed class ResponseProofWireTests : IDisposable
{
    private const string Content = "the list of issues";
    private const string Name = ResponseProver.HeaderName;

    private static readonly string[] _covered = ["Content-Type", "Content-Encoding", "Content-Range", "Location"];

    private readonly AssertionVerifier _verifier = new(
        new InMemoryTrustStore(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4)),
        UserResolvers.Everyone,
        new AssertionVerifierOptions { BaseUrls = [_base], Keys = Fixture.Tracker },
        new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }));

    private static readonly BaseUrl _base = BaseUrl.Parse("http://127.0.0.1:8731/app");

    private readonly HttpClient _client;
    private Func<string, ResponseProver, byte[]> _answer = (_, prover) => Whole(prover);
    private bool _isEnded;
    private int _part = int.MaxValue;

    public ResponseProofWireTests()
    {
        SocketsHttpHandler sockets = TrustedAppHandler.CreateInnerHandler();
        sockets.UseProxy = false;
        sockets.ConnectCallback = (_, _) => new(new WireConnection(AnswerAsync, _isEnded, _part));
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), _base);
        _client = new HttpClient(new TrustedAppHandler(issuer, new() { BaseUrl = _base.Text, RequireResponseProof = true }) { InnerHandler = sockets });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    public static TheoryData<string, int> Forms => new(
        from form in new[] { "length", "chunks", "trailer", "end" }
        from part in new[] { 1, 16, int.MaxValue }
        select new TheoryDataRow<string, int>(form, part));

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task What_the_provider_sends_arrives_in_each_form(string form, int part)
    {
        (_part, _isEnded) = (part, form == "end");
        _answer = (_, prover) => FormOf(form, prover);
        Assert.Equal($"200 {Content} Content-Type=text/plain Location=/app/1", await SeeAsync());
    }

    [Theory]
    [InlineData("length")]
    [InlineData("chunks")]
    [InlineData("trailer")]
    [InlineData("end")]
    public void A_bit_that_is_changed_anywhere_is_noticed_or_does_not_matter(string form)
    {
        _isEnded = true;
        int noticed = 0, arrived = 0;
        ForAll.Check(
            from place in Gen.Choose(0, int.MaxValue - 1)
            from bit in Gen.Choose(0, 7)
            select (place, bit),
            change =>
            {
                _answer = (_, prover) =>
                {
                    byte[] bytes = FormOf(form, prover);
                    bytes[change.place % bytes.Length] ^= (byte)(1 << change.bit);
                    return bytes;
                };
                string? seen = Record(SeeAsync);
                if (seen is null) noticed++;
                else arrived++;
                return seen is null or $"200 {Content} Content-Type=text/plain Location=/app/1";
            });
        Assert.InRange(noticed, 100, 500);
        Assert.InRange(arrived, 1, 400); // Date, Server, the case of a name
    }

    [Theory]
    [InlineData("length")]
    [InlineData("chunks")]
    [InlineData("trailer")]
    [InlineData("end")]
    public async Task A_response_that_is_cut_off_anywhere_never_looks_complete(string form)
    {
        _isEnded = true;
        int length = int.MaxValue;
        for (int cut = 0; cut < length; cut += 3)
        {
            _answer = (_, prover) =>
            {
                byte[] bytes = FormOf(form, prover);
                length = bytes.Length;
                return bytes[..Math.Min(cut, length)];
            };
            Exception? failure = await Xunit.Record.ExceptionAsync(SeeAsync);
            Assert.True(cut >= length || failure is ResponseProofException or HttpRequestException, $"{cut}: {failure}");
        }
    }

    [Theory]
    [InlineData("no trailer")]
    [InlineData("two trailers")]
    [InlineData("content after the end")]
    [InlineData("two proofs")]
    [InlineData("proof in an interim response")]
    [InlineData("switching protocols")]
    [InlineData("the proof on two lines")]
    public async Task Other_bytes_are_not_taken(string change)
    {
        _isEnded = true;
        _answer = (_, prover) =>
        {
            string text = Encoding.ASCII.GetString(FormOf(change.Contains("trailer", StringComparison.Ordinal) ? "trailer" : "length", prover));
            string line = text[text.LastIndexOf(Name, StringComparison.Ordinal)..];
            line = line[..(line.IndexOf('\r', StringComparison.Ordinal) + 2)];
            string changed = change switch
            {
                "no trailer" => text.Replace($"0\r\n{line}", "0\r\n", StringComparison.Ordinal),
                "two trailers" => text.Replace($"0\r\n{line}", $"0\r\n{line}{line}", StringComparison.Ordinal),
                "content after the end" => text.Replace("Content-Length: 18", "Content-Length: 19", StringComparison.Ordinal) + "!",
                "two proofs" => text.Replace(line, line + line, StringComparison.Ordinal),
                "proof in an interim response" => $"HTTP/1.1 103 Early Hints\r\n{line}\r\n{text.Replace(line, "", StringComparison.Ordinal)}",
                "switching protocols" => text.Replace("200 OK", "101 OK", StringComparison.Ordinal),
                _ => text.Replace(line, $"{line[..60]}\r\n {line[60..]}", StringComparison.Ordinal),
            };
            Assert.NotEqual(text, changed);
            return Encoding.ASCII.GetBytes(changed);
        };
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(SeeAsync);
        Assert.True(failure is ResponseProofException or HttpRequestException, failure.ToString());
    }

    [Fact]
    public async Task An_interim_response_does_not_matter()
    {
        _answer = (_, prover) => [.. Encoding.ASCII.GetBytes("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"), .. FormOf("length", prover)];
        Assert.StartsWith("200 the list", await SeeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_answers_that_are_swapped_are_noticed_on_both_sides()
    {
        var both = new TaskCompletionSource<byte[]>[] { new(), new() };
        int count = 0;
        _isEnded = true;
        _swap = prover =>
        {
            int own = Interlocked.Increment(ref count) - 1;
            both[own].SetResult(FormOf("length", prover));
            return both[1 - own].Task;
        };
        Exception?[] failures = await Task.WhenAll(FailAsync(), FailAsync());
        Assert.All(failures, failure => Assert.Contains("it proves the response to another request", Assert.IsType<ResponseProofException>(failure).Reason, StringComparison.Ordinal));
    }

    private async Task<Exception?> FailAsync() => await Xunit.Record.ExceptionAsync(SeeAsync);

    private Func<ResponseProver, Task<byte[]>>? _swap;

    private static byte[] Whole(ResponseProver prover) => FormOf("length", prover);

    private static byte[] FormOf(string form, ResponseProver prover)
    {
        string digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Content)))}:";
        var head = new ProvenResponse { Status = 200, ContentType = "text/plain", Location = "/app/1", ContentDigest = form == "trailer" ? "trailer" : digest };
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string start = $"HTTP/1.1 200 OK\r\nServer: tracker\r\nDate: Mon, 30 Nov 2026 12:00:00 GMT\r\nX-Seraph-Trusted-App-Status: OK\r\nContent-Type: text/plain\r\nLocation: /app/1\r\n{Name}: {prover.Prove(head, now)}\r\n";
        string rest = form switch
        {
            "length" => $"Content-Length: 18\r\n\r\n{Content}",
            "end" => $"Connection: close\r\n\r\n{Content}",
            "chunks" => $"Transfer-Encoding: chunked\r\n\r\n8\r\n{Content[..8]}\r\nA\r\n{Content[8..]}\r\n0\r\n\r\n",
            _ => $"Transfer-Encoding: chunked\r\n\r\n8\r\n{Content[..8]}\r\nA\r\n{Content[8..]}\r\n0\r\n{Name}: {prover.Prove(head with { ContentDigest = digest }, now)}\r\n\r\n",
        };
        return Encoding.ASCII.GetBytes(start + rest);
    }

    private async Task<byte[]> AnswerAsync(string text)
    {
        string[] lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        Request request = lines.Skip(1).Aggregate(
            new Request { Method = first[0], Scheme = "http", Host = "127.0.0.1:8731", Target = first[1] },
            (made, line) => made.With(line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]));
        Verdict verdict = await _verifier.VerifyAsync(request.ToIncoming(), cancellationToken: Cancellation);
        if (!verdict.Accepted) return []; // the library sends again by itself where it read nothing
        return _swap is null ? _answer(text, verdict.Prover!) : await _swap(verdict.Prover!);
    }

    // What the application sees of a response.
    private async Task<string> SeeAsync()
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, _base.Text + "/rest/issues?q=open").OnBehalfOf("fred");
        using HttpResponseMessage response = await _client.SendAsync(request, Cancellation);
        string content = await response.Content.ReadAsStringAsync(Cancellation);
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Where(header => _covered.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase);
        return $"{(int)response.StatusCode} {content} {string.Join(' ', headers.Select(header => $"{header.Key}={header.Value}"))}";
    }

    private static string? Record(Func<Task<string>> work)
    {
        try
        {
            return work().GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is ResponseProofException or HttpRequestException)
        {
            return null;
        }
    }
}
