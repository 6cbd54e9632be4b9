using System.Security.Cryptography;

namespace TrustedApps.Client;

/// <summary>
/// The content of a response as a stream. A read reaches the end only if the content is the proven one. If its length
/// is known, the last bytes are returned only after that check.
/// </summary>
/// <param name="content">The content as it is received. Disposed of with this instance.</param>
/// <param name="proof">The proof.</param>
/// <param name="length">The length that the response states; null if it states none.</param>
internal sealed class ProvenStream(Stream content, ContentProof proof, long? length) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _next = new byte[1];
    private long _received;
    private bool _isEnded;
    private string? _problem;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsEnded()) return 0;
        int read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (buffer.IsEmpty || !IsLast(buffer.Span[..read])) return read;
        if (read > 0) Add(_next.AsSpan(0, await content.ReadAsync(_next, cancellationToken).ConfigureAwait(false)));
        End();
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        if (IsEnded()) return 0;
        int read = content.Read(buffer);
        if (buffer.IsEmpty || !IsLast(buffer[..read])) return read;
        if (read > 0) Add(_next.AsSpan(0, content.Read(_next)));
        End();
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    // A caller that reads on after the failure must not take the end for a good one.
    private bool IsEnded() => _problem is null ? _isEnded : throw new ResponseProofException(_problem);

    // Whether the end, or the stated length, is reached. Then the next read, which has to be the end, is there to be
    // verified with its trailers.
    private bool IsLast(ReadOnlySpan<byte> received)
    {
        Add(received);
        return received.IsEmpty || _received == length || proof.ProvesNone;
    }

    private void Add(ReadOnlySpan<byte> received)
    {
        _hash.AppendData(received);
        _received += received.Length;
    }

    private void End()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetCurrentHash(hash);
        _problem = proof.FindProblem(_received, hash);
        _isEnded = !IsEnded();
    }
}
