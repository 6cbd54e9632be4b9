using BenchmarkDotNet.Attributes;
using TrustedApps.Bench.Setup;
using TrustedApps.Legacy;

namespace TrustedApps.Bench.Benchmarks;

/// <summary>Issuing and verifying in each version; cold is the first of an application, warm any other.</summary>
[MemoryDiagnoser]
public class VersionBenchmarks
{
    private const int Cold = 16;

    private AssertionIssuer _issuer = null!;
    private AssertionVerifier _verifier = null!;
    private Batch? _batch;
    private IncomingRequest[] _requests = [];
    private IncomingRequest[] _coldRequests = [];
    private AssertionIssuer[] _coldIssuers = [];
    private AssertionVerifier[] _coldVerifiers = [];

    [Params("1", "2", "3", "warwick", "4")]
    public string Version { get; set; } = "4";

    private ProtocolVersion Spoken => ProtocolVersion.Parse(Version);

    [GlobalSetup]
    public void SetUp()
    {
        _issuer = NewIssuer();
        _verifier = BenchFixture.Verifier(NewTrust());
        _batch = Spoken.IsLegacy ? null : new Batch(BatchSize, [_issuer]);
        _requests = _batch?.Requests ?? Repeat(OlderVersions.Requests(Spoken, 16));
        _verifier.Accept([_requests[0]]);
        _coldRequests = Spoken.IsLegacy ? OlderVersions.Requests(Spoken, Cold) : new Batch(Cold, [_issuer]).Requests;
    }

    // For those that use something up, what they use; BenchmarkDotNet then runs each once in an iteration.
    [IterationSetup(Target = nameof(Verify))]
    public void Reissue() => _batch?.Reissue();

    [IterationSetup(Targets = [nameof(IssueCold), nameof(VerifyCold)])]
    public void Forget()
    {
        _coldIssuers = [.. Enumerable.Range(0, Cold).Select(_ => NewIssuer())];
        _coldVerifiers = [.. Enumerable.Range(0, Cold).Select(_ => BenchFixture.Verifier(NewTrust()))];
    }

    [Benchmark]
    public ValueTask<AssertionHeaders> Issue() => _issuer.IssueAsync("user000", BenchFixture.Url);

    [Benchmark(OperationsPerInvoke = Cold)]
    public void IssueCold()
    {
        foreach (AssertionIssuer issuer in _coldIssuers) issuer.Issue("user000", BenchFixture.Url);
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void Verify() => _verifier.Accept(_requests);

    [Benchmark(OperationsPerInvoke = Cold)]
    public void VerifyCold()
    {
        for (int number = 0; number < Cold; number++) _coldVerifiers[number].Accept([_coldRequests[number]]);
    }

    private const int BatchSize = 4096;

    // Of older versions what the trust allows by default: GET may be repeated.
    private static IncomingRequest[] Repeat(IncomingRequest[] requests) => [.. Enumerable.Range(0, BatchSize).Select(number => requests[number % requests.Length])];

    private AssertionIssuer NewIssuer() => Spoken.IsLegacy ? new(BenchKeys.Consumer("wiki"), LegacyProtocols.Find(Spoken)) : BenchFixture.Issuer(BenchKeys.Wiki);

    private InMemoryTrustStore NewTrust() => new(Spoken.IsLegacy ? OlderVersions.Trust(refuseReplays: false) : BenchFixture.Trust(BenchKeys.Wiki, BenchFixture.Conditions(timeout: TimeSpan.FromMinutes(15))));
}
