using TrustedApps.Diagnostics;

namespace TrustedApps.Content;

/// <summary>
/// Content whose reading ends in an error once its request is not accepted any more. That is asked after each read, at
/// the end included, and every 10 seconds of a read that waits.
/// </summary>
internal sealed class WatchedStream(Stream content, ContentWatch watch) : Stream
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10); // version-4.md, section 4

    private RejectionReason? _lapse; // once it was found

    public override bool CanRead => true;

    public override bool CanSeek => content.CanSeek; // where a host has buffered it before

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => content.Position;
        set => content.Position = value;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfLapsed();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ITimer timer = watch.Time.CreateTimer(EndIfLapsed, (this, ended), _interval, _interval);
        await using (timer.ConfigureAwait(false)) // which waits for a call under way
        {
            try
            {
                int read = await content.ReadAsync(buffer, ended.Token).ConfigureAwait(false);
                ThrowIfLapsed();
                return read;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                ThrowIfLapsed();
                throw;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        ThrowIfLapsed();
        int read = content.Read(buffer);
        ThrowIfLapsed();
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static void EndIfLapsed(object? state)
    {
        (WatchedStream stream, CancellationTokenSource ended) = ((WatchedStream, CancellationTokenSource))state!;
        if (stream.HasLapsed()) ended.Cancel();
    }

    private bool HasLapsed() => (_lapse ??= watch.FindLapse()) is not null;

    private void ThrowIfLapsed()
    {
        if (HasLapsed()) throw new ContentLapseException(_lapse!);
    }
}
