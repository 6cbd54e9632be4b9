using System.Collections.Concurrent;
using TrustedApps.Replay;

namespace TrustedApps;

/// <summary>
/// What this process has seen of each application, for as long as it could be accepted again. Bounded for each
/// application inside a global bound, so that none can push out another's; when full it says so, and never forgets
/// early. Safe for concurrent use: of any number of identical assertions at once exactly one is the first.
/// </summary>
public sealed class ReplayMemory
{
    private readonly ConcurrentDictionary<string, ApplicationMemory> _applications = new(StringComparer.Ordinal);
    private readonly ReplayBudget _budget;
    private readonly int _capacityPerApplication;

    /// <summary>Makes an empty memory.</summary>
    /// <param name="capacity">How many marks in all, about 100 bytes each; an assertion makes one or two. At least 1.</param>
    /// <param name="capacityPerApplication">How many of them for one application. At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A capacity is less than 1.</exception>
    public ReplayMemory(int capacity = 4_000_000, int capacityPerApplication = 500_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityPerApplication, 1);
        _budget = new ReplayBudget(capacity);
        _capacityPerApplication = capacityPerApplication;
    }

    /// <summary>How many marks are held at this moment.</summary>
    public int Count => _budget.Used;

    internal ReplayAnswer Remember(string applicationId, ReadOnlySpan<ReplayMark> marks, long until, long now)
    {
        ApplicationMemory memory = _applications.GetOrAdd(applicationId, static (_, owner) => new(owner._budget, owner._capacityPerApplication), this);
        ReplayAnswer answer = memory.Remember(marks, until, now);
        if (answer != ReplayAnswer.Full) return answer;

        // Applications that fell silent may still hold what has expired.
        foreach (ApplicationMemory other in _applications.Values) other.DropExpired(now);
        return memory.Remember(marks, until, now);
    }
}
