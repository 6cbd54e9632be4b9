using System.Text;

namespace TrustedApps.Tests.Client;

/// <summary>
/// A connection in memory below the real HTTP client: for each request without content these bytes come back, in parts,
/// and then the connection ends, or waits for the next request.
/// </summary>
internal sealed class WireConnection(Func<string, Task<byte[]>> answer, bool isEnded, int part = int.MaxValue) : ReadingStream
{
    private readonly StringBuilder _request = new();
    private byte[] _answer = [];
    private int _at;
    private TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool CanWrite => true;

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            await _answered.Task.WaitAsync(cancellationToken);
            int read = Math.Min(Math.Min(part, buffer.Length), _answer.Length - _at);
            if (read == 0 && !isEnded)
            {
                _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
                continue;
            }

            _answer.AsMemory(_at, read).CopyTo(buffer);
            _at += read;
            return read;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _request.Append(Encoding.ASCII.GetString(buffer.Span));
        string request = _request.ToString();
        if (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal)) return;
        _request.Clear();
        (_answer, _at) = (await answer(request), 0);
        _answered.TrySetResult();
    }
}
