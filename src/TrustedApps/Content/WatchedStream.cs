using TrustedApps.Diagnostics;
using TrustedApps.Limits;

namespace TrustedApps.Content;

/// <summary>
/// Content whose reading ends in an error once its request is not accepted any more. That is asked after each read, at
/// the end included, and every 10 seconds of a read that waits.
/// </summary>
internal sealed class WatchedStream(Stream content, ContentWatch watch) : Stream
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10); // version-4.md, section 4

    private RejectionReason? _lapse; // once it was found
    private CancellationTokenSource _ended = new();
    private ITimer? _timer; // set while a read waits

    public override bool CanRead => true;

    public override bool CanSeek => content.CanSeek; // where a host has buffered it before

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => content.Position;
        set => content.Position = value;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        ThrowIfLapsed();
        if (_ended.IsCancellationRequested) _ended = new(); // a caller may read on after it cancelled one read
        ValueTask<int> reading = content.ReadAsync(buffer, _ended.Token);
        if (!reading.IsCompletedSuccessfully) return WaitAsync(reading, _ended, cancellationToken);
        ThrowIfLapsed();
        return reading;
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

    protected override void Dispose(bool disposing)
    {
        if (disposing) _timer?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> WaitAsync(
        ValueTask<int> reading, CancellationTokenSource ended, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static ended => ((CancellationTokenSource)ended!).Cancel(), ended);
        _timer ??= watch.Time.CreateTimer(
            static stream => ((WatchedStream)stream!).EndIfLapsed(), this, _interval, _interval);
        _timer.Change(_interval, _interval);
        try
        {
            int read = await reading.ConfigureAwait(false);
            ThrowIfLapsed();
            return read;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfLapsed();
            throw;
        }
        finally
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            await registration.DisposeAsync().ConfigureAwait(false);
        }
    }

    // On a thread of the timer, where an exception would end the process: the store and what waits for the token are
    // not ours.
    private void EndIfLapsed()
    {
        try
        {
            if (!HasLapsed()) return;
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            _lapse = RejectionReason.TrustsLostMeanwhile;
        }

        _ended.CancelAsync().Abandon();
    }

    private bool HasLapsed() => (_lapse ??= watch.FindLapse()) is not null;

    private void ThrowIfLapsed()
    {
        if (HasLapsed()) throw new ContentLapseException(_lapse!);
    }
}
