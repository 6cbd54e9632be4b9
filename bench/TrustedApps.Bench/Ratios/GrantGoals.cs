using System.Security.Cryptography;
using TrustedApps.Bench.Setup;
using static System.Buffers.Text.Base64Url;

namespace TrustedApps.Bench.Ratios;

/// <summary>Goal 9: what a forged grant costs, against a good one that comes for the first time.</summary>
internal sealed class GrantGoals
{
    private const string KeyHeader = "X-Seraph-Trusted-App-Key";
    private const int Grants = 16;
    private const int Forgeries = 64;

    private readonly InMemoryTrustStore _trusts = new(BenchFixture.Trust(BenchKeys.Wiki));
    private readonly Batch _good = new(Grants, [.. Enumerable.Range(0, Grants).Select(_ => BenchFixture.Issuer(BenchKeys.Wiki))]);
    private readonly Batch _forged = new(Forgeries, [BenchFixture.Issuer(BenchKeys.Wiki)]);
    private readonly Batch _first = new(1, [BenchFixture.Issuer(BenchKeys.Wiki)]);
    private AssertionVerifier _verifier;

    public GrantGoals() => _verifier = BenchFixture.Verifier(_trusts);

    public IEnumerable<Measurement> Measure()
    {
        Subject accepting = new Subject(Grants, () => _verifier.Accept(_good.Requests), () => BeginAnew(_good));
        Subject refusing = new Subject(Forgeries, () => _verifier.Refuse(_forged.Requests, ErrorCode.BadGrant), () =>
        {
            BeginAnew(_forged);
            Array.ForEach(_forged.Requests, Forge);
        });
        yield return Measurement.OfTimes("9", "forged-grant/good-grant", refusing, accepting, Goal.AtMost(0.10));
    }

    // Nothing of the batch is known, but the first request, for which much is set up, is behind.
    private void BeginAnew(Batch batch)
    {
        _verifier = BenchFixture.Verifier(_trusts);
        _first.Reissue();
        _verifier.Accept(_first.Requests);
        batch.Reissue();
    }

    // Everything but the signature is good.
    private static void Forge(IncomingRequest request)
    {
        byte[] signature = RandomNumberGenerator.GetBytes(256);
        signature[0] = 0; // less than the modulus
        string grant = request.Headers[KeyHeader].ToString();
        request.Headers[KeyHeader] = $"{grant[..grant.LastIndexOf('.')]}.{EncodeToString(signature)}";
    }
}
