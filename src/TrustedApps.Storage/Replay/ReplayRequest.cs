using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>A record that waits for the database's answer.</summary>
internal sealed class ReplayRequest(ReplayEntry record)
{
    private readonly TaskCompletionSource<ReplayResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isAbandoned;

    public ReplayEntry Record => record;

    /// <summary>When the assertion was issued, in seconds since 1970.</summary>
    public long Issued => record.IssuedAt / 1000;

    /// <summary>Nobody waits any more. It need not be written, but may have been.</summary>
    public bool IsAbandoned => _isAbandoned;

    public Task<ReplayResult> Answer => _answer.Task;

    /// <summary>What the mark is called in the tables: applications do not see each other's.</summary>
    public UInt128 KeyOf(int mark) => record.GetSharedKey(mark);

    public void Abandon() => _isAbandoned = true;

    public void Complete(ReplayResult answer) => _answer.TrySetResult(answer);
}
