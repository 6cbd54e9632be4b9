using BenchmarkDotNet.Attributes;
using TrustedApps.Bench.Ratios;
using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Benchmarks;

/// <summary>What refusing costs under version 4, by kind.</summary>
[MemoryDiagnoser]
public class RefusalBenchmarks
{
    private RefusalKind _kind = null!;

    [ParamsSource(nameof(Names))]
    public string Kind { get; set; } = "";

    public static IEnumerable<string> Names => new RefusalKinds().All.Select(kind => kind.Name);

    [GlobalSetup]
    public void SetUp() => _kind = new RefusalKinds().All.Single(kind => kind.Name == Kind);

    [IterationSetup]
    public void Prepare() => _kind.Prepare?.Invoke();

    [Benchmark(OperationsPerInvoke = RefusalKinds.Size)]
    public void Refuse() => _kind.Verifier.Refuse(_kind.Requests, _kind.Code);
}
