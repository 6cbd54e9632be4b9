using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Ratios;

/// <summary>Goals 7 and 8: versions 2 and 3 against the one RSA operation that each cannot do without.</summary>
internal sealed class LegacyGoals
{
    private const int Few = 16;

    private readonly OlderVersions _legacy = new();
    private readonly Subject _checking;
    private readonly Subject _signing;

    public LegacyGoals()
    {
        _checking = new Subject(64, () => Repeat(64, _legacy.CheckSignature));
        _signing = new Subject(Few, () => Repeat(Few, () => OlderVersions.Sign()));
    }

    public IEnumerable<Measurement> Measure()
    {
        yield return Measurement.OfTimes("7a", "v3-verify/pkcs1-sha1-verify", Verifying3(), _checking, Goal.AtMost(1.1));
        yield return Measurement.OfTimes("7b", "v2-verify-key-seen/pkcs1-sha1-verify", VerifyingAgain(), _checking, Goal.AtMost(1.15));
        yield return Measurement.OfTimes("7c", "v2-verify-cold/pkcs1-sha1-verify", VerifyingCold(), _checking, Goal.AtMost(9));
        yield return Measurement.OfTimes("8a", "v2-issue/rsa-sign", Issuing(ProtocolVersion.Atlassian2, 1), _signing, Goal.AtMost(35));
        yield return Measurement.OfTimes("8b", "v3-issue/rsa-sign", Issuing(ProtocolVersion.Atlassian3, Few), _signing, Goal.AtMost(1.1));
    }

    // Each assertion once in each memory; a new memory takes a moment, new assertions would take a signature each.
    private static Subject Verifying3()
    {
        IncomingRequest[] requests = OlderVersions.Requests(ProtocolVersion.Atlassian3, Version4Sides.BatchSize);
        var trusts = new InMemoryTrustStore(OlderVersions.Trust(refuseReplays: true));
        AssertionVerifier? verifier = null;
        return new Subject(requests.Length, () => verifier!.Accept(requests), () => verifier = BenchFixture.Verifier(trusts));
    }

    // As clients that cache their headers send them: the same request again, which a trust allows for GET by default.
    private static Subject VerifyingAgain()
    {
        IncomingRequest[] requests = OlderVersions.Requests(ProtocolVersion.Atlassian2, Few);
        AssertionVerifier verifier = BenchFixture.Verifier(new InMemoryTrustStore(OlderVersions.Trust(refuseReplays: false)));
        return new Subject(Few, () => verifier.Accept(requests));
    }

    // Neither Key nor Magic seen before: each request comes to a trust that was made just now.
    private static Subject VerifyingCold()
    {
        IncomingRequest[][] requests = [.. OlderVersions.Requests(ProtocolVersion.Atlassian2, Few).Select(request => new[] { request })];
        AssertionVerifier[] verifiers = [];
        return new Subject(
            Few,
            () =>
            {
                for (int number = 0; number < Few; number++) verifiers[number].Accept(requests[number]);
            },
            () => verifiers = [.. requests.Select(_ => BenchFixture.Verifier(new InMemoryTrustStore(OlderVersions.Trust(refuseReplays: true))))]);
    }

    private static Subject Issuing(ProtocolVersion version, int count)
    {
        AssertionIssuer issuer = OlderVersions.Issuer(version);
        return new Subject(count, () => Repeat(count, () => issuer.Issue(BenchFixture.User(0), BenchFixture.Url)));
    }

    private static void Repeat(int count, Action operation)
    {
        for (int number = 0; number < count; number++) operation();
    }
}
