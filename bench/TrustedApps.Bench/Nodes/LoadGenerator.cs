using System.Diagnostics;
using TrustedApps.Bench.Ratios;

namespace TrustedApps.Bench.Nodes;

/// <summary>Callers who ask all at once, each of them again as soon as it has an answer; and how they were served.</summary>
/// <param name="name">What they ask.</param>
/// <param name="callers">How many they are.</param>
/// <param name="fewest">How many questions make a sample at first: it then grows to some tenths of a second.</param>
/// <param name="prepare">Makes ready what so many questions are about.</param>
/// <param name="ask">One question; the caller's number, and the question's.</param>
internal sealed class LoadGenerator(string name, int callers, int fewest, Action<int> prepare, Func<int, int, Task> ask)
{
    private static readonly TimeSpan _warmTime = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan _sampleTime = TimeSpan.FromSeconds(0.5);

    private readonly List<double> _rates = [];
    private readonly List<double> _middles = [];
    private readonly List<double> _tails = [];
    private readonly int _fewest = fewest;
    private int _count = fewest;

    public string Name => name;

    public int Callers => callers;

    /// <summary>Questions a second, in each sample.</summary>
    public IReadOnlyList<double> Rates => _rates;

    public double Rate => Spread.Of(_rates).Median;

    /// <summary>Milliseconds in which half of the questions were answered.</summary>
    public double Middle => Spread.Of(_middles).Median;

    /// <summary>Milliseconds in which 99 of 100 were.</summary>
    public double Tail => Spread.Of(_tails).Median;

    public async Task WarmAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _warmTime) await RunAsync();
    }

    public async Task MeasureAsync()
    {
        (double rate, long[] latencies) = await RunAsync();
        _rates.Add(rate);
        _middles.Add(At(0.5));
        _tails.Add(At(0.99));

        double At(double part) => latencies[(int)(part * (latencies.Length - 1))] * 1e3 / Stopwatch.Frequency;
    }

    private async Task<(double Rate, long[] Latencies)> RunAsync()
    {
        prepare(_count);
        long[] latencies = new long[_count];
        int asked = -1;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => AskOnAsync(caller))));
        double rate = latencies.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;

        _count = Math.Clamp((int)(rate * _sampleTime.TotalSeconds), _fewest, 2 * _count);
        Array.Sort(latencies);
        return (rate, latencies);

        async Task AskOnAsync(int caller)
        {
            for (int number; (number = Interlocked.Increment(ref asked)) < latencies.Length;)
            {
                long begun = Stopwatch.GetTimestamp();
                await ask(caller, number);
                latencies[number] = Stopwatch.GetTimestamp() - begun;
            }
        }
    }
}
