using TrustedApps.Content;

namespace TrustedApps.Tests.Content;

public class DigestVerifyingStreamTests
{
    private static readonly byte[] _content = [.. Enumerable.Range(0, 1000).Select(value => (byte)value)];
    private static readonly ContentDigest _claim = ContentBinding.Of(_content, null).Claim;

    [Theory]
    [InlineData("Read")]
    [InlineData("ReadByte")]
    [InlineData("ReadSpan")]
    [InlineData("ReadAsync")]
    [InlineData("ReadMemoryAsync")]
    [InlineData("BeginRead")]
    public async Task The_right_content_is_read_to_its_end_in_whatever_way_and_any_other_never(string way)
    {
        using DigestVerifyingStream right = new DigestVerifyingStream(new Chunks(_content, 77), _claim);
        Assert.Equal(_content, await ReadAll(right, way));
        Assert.Empty(await ReadAll(right, way)); // the end stays the end

        byte[] changed = [.. _content];
        changed[^1] ^= 1;
        foreach (byte[] other in new[] { changed, _content[..^1], _content[1..], [.. _content, 0], [] })
        {
            using DigestVerifyingStream wrong = new DigestVerifyingStream(new Chunks(other, 77), _claim);
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAll(wrong, way));
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAll(wrong, way)); // nor by asking again
        }
    }

    [Fact]
    public async Task Where_the_length_is_known_the_last_bytes_come_only_with_the_right_digest()
    {
        byte[] buffer = new byte[_content.Length];
        using DigestVerifyingStream right = new DigestVerifyingStream(new Chunks(_content, 77), _claim, _content.Length);
        await right.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken); // never asks for the end
        Assert.Equal(_content, buffer);

        byte[] changed = [.. _content];
        changed[0] ^= 1;
        using DigestVerifyingStream wrong = new DigestVerifyingStream(new Chunks(changed, 77), _claim, changed.Length);
        await Assert.ThrowsAsync<InvalidDataException>(() => wrong.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public async Task Copying_meets_the_check()
    {
        using DigestVerifyingStream right = new DigestVerifyingStream(new MemoryStream(_content), _claim);
        var copy = new MemoryStream();
        await right.CopyToAsync(copy, TestContext.Current.CancellationToken);
        Assert.Equal(_content, copy.ToArray());
        using DigestVerifyingStream wrong = new DigestVerifyingStream(new MemoryStream(_content[1..]), _claim);
        await Assert.ThrowsAsync<InvalidDataException>(() => wrong.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        using DigestVerifyingStream wrongAtOnce = new DigestVerifyingStream(new MemoryStream(_content[1..]), _claim);
        Assert.Throws<InvalidDataException>(() => wrongAtOnce.CopyTo(Stream.Null));
    }

    [Fact]
    public void A_digest_of_nothing_is_wrong_also_for_nothing()
    {
        using DigestVerifyingStream stream = new DigestVerifyingStream(Stream.Null, ContentDigest.OfHash(System.Security.Cryptography.SHA256.HashData([])));
        Assert.Throws<InvalidDataException>(() => stream.ReadByte());
    }

    [Fact]
    public async Task Reading_nothing_does_not_look_like_the_end()
    {
        using DigestVerifyingStream stream = new DigestVerifyingStream(new Chunks(_content, 77), _claim);
        Assert.Equal(0, stream.Read([]));
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        Assert.Equal(_content, await ReadAll(stream, "Read"));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_an_error_of_its_own()
    {
        using DigestVerifyingStream stream = new DigestVerifyingStream(new Chunks(_content, 77, breaksAt: 500), _claim);
        await Assert.ThrowsAsync<IOException>(() => ReadAll(stream, "ReadAsync"));
    }

    [Fact]
    public void It_can_only_be_read_forward()
    {
        using DigestVerifyingStream stream = new DigestVerifyingStream(new Chunks(_content, 77), _claim);
        Assert.Equal((true, false, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        stream.Flush();
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        Assert.Throws<NotSupportedException>(() => stream.Write([1], 0, 1));
    }

    private static async Task<byte[]> ReadAll(Stream stream, string way)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[100];
        while (true)
        {
            int read = way switch
            {
                "Read" => stream.Read(buffer, 0, buffer.Length),
                "ReadSpan" => stream.Read(buffer.AsSpan()),
                "ReadAsync" => await ReadArrayAsync(),
                "ReadMemoryAsync" => await stream.ReadAsync(buffer.AsMemory(), TestContext.Current.CancellationToken),
                "BeginRead" => stream.EndRead(stream.BeginRead(buffer, 0, buffer.Length, null, null)),
                _ => ReadOne(),
            };
            if (read == 0) return all.ToArray();
            all.Write(buffer, 0, read);
        }

#pragma warning disable CA1835 // the overload that old code calls
        Task<int> ReadArrayAsync() => stream.ReadAsync(buffer, 0, buffer.Length, TestContext.Current.CancellationToken);
#pragma warning restore CA1835

        int ReadOne()
        {
            int value = stream.ReadByte();
            buffer[0] = (byte)value;
            return value < 0 ? 0 : 1;
        }
    }
}
