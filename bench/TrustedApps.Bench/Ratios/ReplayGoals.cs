using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using TrustedApps.Bench.Setup;
using TrustedApps.Replay;

namespace TrustedApps.Bench.Ratios;

/// <summary>Goal 11: the replay memory with ten million live marks, against a ConcurrentDictionary with the same.</summary>
internal sealed class ReplayGoals
{
    private const int Live = 10_000_000;
    private const int Inserts = 10_000;

    private static readonly TimeSpan _warmTime = TimeSpan.FromSeconds(2.5);

    private readonly Marks _marks = new();
    private readonly UInt128[] _next = new UInt128[Inserts];
    private readonly long _now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1000;

    public IEnumerable<Measurement> Measure()
    {
        InMemoryReplayCache memory = Warm(() => FilledMemory.Fill(Live, _now, _marks), out double bytes);
        ConcurrentDictionary<UInt128, long> dictionary = Warm(() => FilledMemory.FillDictionary(Live, _now, _marks), out _);

        // Warmed by filling: otherwise warming would double what is live.
        Subject inserting = Subject.Warmed(Inserts, () => InsertIntoMemory(memory), () => _marks.Draw(_next));
        Subject adding = Subject.Warmed(Inserts, () => InsertIntoDictionary(dictionary), () => _marks.Draw(_next));
        yield return Measurement.OfTimes("11a", "replay-insert/concurrent-dictionary", inserting, adding, Goal.AtMost(0.4));
        yield return new Measurement("11b", "replay-bytes-an-entry", new Spread(bytes, bytes, bytes), Goal.AtMost(34));
        yield return Measurement.OfBytes("11c", "replay-bytes-allocated-an-insert", inserting, Goal.AtMost(0));
        if (memory.Count < Live) throw new InvalidOperationException($"Only {memory.Count} are live.");
        GC.KeepAlive(dictionary);
    }

    // Fills again and again until it is warm, and keeps the last. Optimized, or else the one before would be alive, and
    // counted, when the next one begins.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Warm<T>(Func<T> fill, out double bytesAnEntry)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            long before = CountBytes();
            T filled = fill();
            bytesAnEntry = (double)(CountBytes() - before) / Live;
            if (Stopwatch.GetElapsedTime(start) >= _warmTime) return filled;
        }
    }

    private static long CountBytes()
    {
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    private void InsertIntoMemory(InMemoryReplayCache memory)
    {
        foreach (UInt128 mark in _next) memory.Insert(mark, _now, _now);
    }

    private void InsertIntoDictionary(ConcurrentDictionary<UInt128, long> dictionary)
    {
        foreach (UInt128 mark in _next)
        {
            if (!dictionary.TryAdd(mark, _now + Insertion.Lifetime)) throw new InvalidOperationException("A new mark is to be new.");
        }
    }
}
