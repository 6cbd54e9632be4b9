using BenchmarkDotNet.Attributes;
using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Benchmarks;

/// <summary>What users would pick instead: JsonWebTokenHandler.</summary>
[MemoryDiagnoser]
public class JwtBenchmarks
{
    private Jwt _jwt = null!;
    private string _token = "";

    [Params("RS256", "PS256", "ES256", "HS256")]
    public string Algorithm { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _jwt = Algorithm switch { "RS256" => Jwt.Rs256(), "PS256" => Jwt.Ps256(), "ES256" => Jwt.Es256(), _ => Jwt.Hs256() };
        _token = _jwt.Create("user000");
    }

    [Benchmark]
    public string Create() => _jwt.Create("user000");

    [Benchmark]
    public void Validate() => _jwt.Validate(_token);
}
