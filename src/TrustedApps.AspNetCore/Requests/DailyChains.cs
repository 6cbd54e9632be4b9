using System.Collections.Concurrent;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Tells the first request of each day (UTC) that an application passes on for a chain of others. Safe for concurrent
/// use.
/// </summary>
/// <remarks>
/// Who asked is the application's word, so it may name any number of chains: of each application and day 100 are told.
/// </remarks>
internal sealed class DailyChains(TimeProvider time)
{
    private const int Max = 100;

    private readonly ConcurrentDictionary<string, Day> _days = new(StringComparer.Ordinal); // by trusted application

    /// <summary>Whether a chain is new today, in this process, and there is room for it.</summary>
    public bool IsFirst(string applicationId, string chain)
    {
        long today = time.GetUtcNow().Ticks / TimeSpan.TicksPerDay;
        if (!_days.TryGetValue(applicationId, out Day? day) || day.Number < today)
        {
            day = _days.AddOrUpdate(
                applicationId,
                static (_, today) => new Day(today),
                static (_, known, today) => known.Number < today ? new Day(today) : known,
                today);
        }

        return day.TryAdd(chain);
    }

    private sealed class Day(long number)
    {
        private readonly ConcurrentDictionary<string, bool> _chains = new(StringComparer.Ordinal);
        private int _count; // ConcurrentDictionary.Count takes every lock

        public long Number => number;

        public bool TryAdd(string chain)
        {
            if (Volatile.Read(ref _count) >= Max || _chains.ContainsKey(chain)) return false;
            if (!_chains.TryAdd(chain, true)) return false;
            Interlocked.Increment(ref _count);
            return true;
        }
    }
}
