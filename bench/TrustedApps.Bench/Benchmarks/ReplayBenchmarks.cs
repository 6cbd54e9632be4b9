using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using TrustedApps.Bench.Setup;
using TrustedApps.Replay;

namespace TrustedApps.Bench.Benchmarks;

/// <summary>Inserting into the replay memory and into a ConcurrentDictionary, with many live.</summary>
[MemoryDiagnoser]
public class ReplayBenchmarks
{
    private const int Inserts = 10_000;

    private readonly Marks _marks = new();
    private readonly UInt128[] _next = new UInt128[Inserts];
    private readonly long _now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1000;
    private InMemoryReplayCache _memory = null!;
    private ConcurrentDictionary<UInt128, long> _dictionary = null!;

    [Params(1_000_000, 10_000_000)]
    public int Live { get; set; }

    [GlobalSetup(Target = nameof(Insert))]
    public void Fill() => _memory = FilledMemory.Fill(Live, _now, _marks);

    [GlobalSetup(Target = nameof(InsertIntoDictionary))]
    public void FillDictionary() => _dictionary = FilledMemory.FillDictionary(Live, _now, _marks);

    [IterationSetup]
    public void Draw() => _marks.Draw(_next);

    [Benchmark(OperationsPerInvoke = Inserts)]
    public void Insert()
    {
        foreach (UInt128 mark in _next) _memory.Insert(mark, _now, _now);
    }

    [Benchmark(OperationsPerInvoke = Inserts, Baseline = true)]
    public void InsertIntoDictionary()
    {
        foreach (UInt128 mark in _next) _dictionary.TryAdd(mark, _now + Insertion.Lifetime);
    }
}
