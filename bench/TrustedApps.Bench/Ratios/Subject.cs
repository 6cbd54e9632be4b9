using System.Diagnostics;

namespace TrustedApps.Bench.Ratios;

/// <summary>One side of a ratio: an operation, some of them at a time, and what has to be made ready for them outside of the measured time.</summary>
/// <param name="operations">How many operations <paramref name="run"/> does.</param>
/// <param name="run">The operations.</param>
/// <param name="prepare">Makes ready what they use up.</param>
internal sealed class Subject(int operations, Action run, Action? prepare = null)
{
    private static readonly long _warmTime = (long)(2.5 * Stopwatch.Frequency);
    private static readonly long _sampleTime = Stopwatch.Frequency / 400; // 2.5 ms

    private long _warmed;

    /// <summary>A side that was warmed by other means.</summary>
    public static Subject Warmed(int operations, Action run, Action? prepare = null) => new(operations, run, prepare) { _warmed = _warmTime };

    /// <summary>Runs for the time that a side is warmed, preparations not counted; nothing if it has been.</summary>
    public Subject Warm()
    {
        while (_warmed < _warmTime) _warmed += Run();
        return this;
    }

    /// <summary>Nanoseconds an operation, over some milliseconds.</summary>
    public double Sample()
    {
        (long time, int count) = (0, 0);
        do (time, count) = (time + Run(), count + operations);
        while (time < _sampleTime);
        return time * 1e9 / Stopwatch.Frequency / count;
    }

    /// <summary>Bytes an operation allocates on this thread.</summary>
    public double SampleAllocation()
    {
        const int Runs = 16;
        long bytes = 0;
        for (int count = 0; count < Runs; count++)
        {
            prepare?.Invoke();
            long before = GC.GetAllocatedBytesForCurrentThread();
            run();
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return (double)bytes / (Runs * operations);
    }

    private long Run()
    {
        prepare?.Invoke();
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetTimestamp() - start;
    }
}
