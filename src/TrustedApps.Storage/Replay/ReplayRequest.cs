using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>An entry that waits for the database.</summary>
internal sealed class ReplayRequest(ReplayEntry record)
{
    private readonly TaskCompletionSource<ReplayResult> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private volatile bool _isAbandoned;

    public ReplayEntry Record => record;

    /// <summary>When the assertion was issued, in seconds since 1970.</summary>
    public long Issued => record.IssuedAt / 1000;

    /// <summary>Whether the caller has stopped waiting. The entry need not be written, but may have been.</summary>
    public bool IsAbandoned => _isAbandoned;

    public Task<ReplayResult> Answer => _answer.Task;

    /// <summary>Whether the database has confirmed that no part of the assertion was used before.</summary>
    public bool IsFirst => _answer.Task is { IsCompletedSuccessfully: true, Result.Status: ReplayStatus.First };

    /// <summary>The key of a mark in the tables, which all applications share.</summary>
    public UInt128 KeyOf(int mark) => record.GetSharedKey(mark);

    public void Abandon() => _isAbandoned = true;

    public void Complete(ReplayResult answer) => _answer.TrySetResult(answer);
}
