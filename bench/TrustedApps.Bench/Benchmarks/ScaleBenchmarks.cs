using System.Net;
using BenchmarkDotNet.Attributes;
using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Benchmarks;

/// <summary>Conditions with patterns of which the last one matches.</summary>
[MemoryDiagnoser]
public class PatternBenchmarks
{
    private static readonly IPAddress _address = BenchFixture.Address;

    private TrustConditions _conditions = null!;

    [Params(1, 10, 1000)]
    public int Patterns { get; set; }

    [GlobalSetup]
    public void SetUp() => _conditions = BenchFixture.Conditions(Patterns);

    [Benchmark]
    public Rejection? Match() => _conditions.FindRejection(ProtocolVersion.Version4, _address, "GET", BenchFixture.RoutedPath, "user000");
}

/// <summary>Finding a trust among few and many.</summary>
[MemoryDiagnoser]
public class StoreBenchmarks
{
    private const int Finds = 1000;

    private InMemoryTrustStore _trusts = null!;
    private string[] _ids = [];

    [Params(10, 100_000)]
    public int Trusts { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        TrustConditions conditions = BenchFixture.Conditions();
        _trusts = new(Enumerable.Range(0, Trusts).Select(number => new TrustedApplication($"wiki{number}", BenchKeys.Wiki.PublicKey, conditions)));
        _ids = [.. Enumerable.Range(0, Finds).Select(number => $"wiki{number * 7919 % Trusts}")];
    }

    [Benchmark(OperationsPerInvoke = Finds)]
    public int Find()
    {
        int found = 0;
        foreach (string id in _ids)
        {
            if (_trusts.Find(id) is not null) found++;
        }

        return found;
    }
}
