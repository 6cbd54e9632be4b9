using System.IO.Pipelines;

namespace TrustedApps.AspNetCore.Responses;

/// <summary>The writer of a <see cref="ProvenBody"/>. What is held back is written in place, without a copy.</summary>
internal sealed class ProvenBodyWriter(ProvenBody body) : PipeWriter
{
    private Memory<byte> _memory; // given out, not yet taken back

    private bool _isCompleted;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => body.IsHolding ? body.HeldUnflushed : body.Inner.Writer.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_isCompleted) throw new InvalidOperationException("The writer of the response was completed.");
        return _memory = body.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        body.Advance(_memory.Span[..bytes]);
        _memory = _memory[bytes..];
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (body.IsHolding) await body.FlushAsync(isOfStream: false, cancellationToken);
        return body.IsPassing || body.IsSending ? await body.Inner.Writer.FlushAsync(cancellationToken) : default;
    }

    public override void CancelPendingFlush() => body.Inner.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (exception is null && !body.IsPassing)
        {
            _isCompleted = true; // the response ends with the request
            return;
        }

        body.Abandon();
        body.Inner.Writer.Complete(exception);
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (exception is null) await body.FinishAsync();
        body.Abandon();
        await body.Inner.Writer.CompleteAsync(exception);
    }
}
