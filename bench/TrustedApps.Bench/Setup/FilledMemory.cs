using System.Collections.Concurrent;
using TrustedApps.Replay;

namespace TrustedApps.Bench.Setup;

/// <summary>Replay memories with millions of live marks, which came evenly over the time that they live.</summary>
internal static class FilledMemory
{
    private const long Spread = 80_000; // milliseconds: the first ones are still acceptable at the end

    /// <summary>Fills a memory.</summary>
    /// <param name="count">How many marks.</param>
    /// <param name="now">When the last of them comes, in milliseconds since 1970.</param>
    /// <param name="marks">Where they are from.</param>
    public static InMemoryReplayCache Fill(int count, long now, Marks marks)
    {
        InMemoryReplayCache memory = BenchFixture.NewMemory();
        for (int number = 0; number < count; number++)
        {
            long moment = MomentOf(number, count, now);
            memory.Insert(marks.Next(), moment, moment);
        }

        return memory;
    }

    /// <summary>Fills a dictionary with the same: marks and when they may be forgotten.</summary>
    public static ConcurrentDictionary<UInt128, long> FillDictionary(int count, long now, Marks marks)
    {
        var dictionary = new ConcurrentDictionary<UInt128, long>();
        for (int number = 0; number < count; number++) dictionary.TryAdd(marks.Next(), MomentOf(number, count, now) + Insertion.Lifetime);
        return dictionary;
    }

    /// <summary>The moment at which a mark comes.</summary>
    private static long MomentOf(int number, int count, long now) => (now - Spread + (Spread * (number + 1L) / count)) / 1000 * 1000;
}
