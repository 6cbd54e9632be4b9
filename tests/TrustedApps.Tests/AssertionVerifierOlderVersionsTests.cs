using TrustedApps.Replay;

namespace TrustedApps.Tests;

/// <summary>The core alone speaks version 4; older versions are listed.</summary>
public class AssertionVerifierOlderVersionsTests
{
    public static TheoryData<string> LegacyVersions => Fixture.LegacyVersions;

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task A_version_that_the_trust_accepts_and_nobody_listed_is_rejected_and_the_package_is_named(string name)
    {
        var version = ProtocolVersion.Parse(name);
        Verdict verdict = await Verify(Fixture.Trust(Fixture.Wiki, version), Request.Of(version));
        Assert.Equal((ErrorCode.BadProtocolVersion, "version.not-registered"), (verdict.Code, verdict.Rejection?.ReasonId));
        Assert.Same(version, verdict.Version);
        Assert.Contains("TrustedApps.Legacy", verdict.Rejection?.Detail, StringComparison.Ordinal);
        Assert.Contains("AddLegacyVersions()", verdict.Rejection?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_consumer_is_told_only_the_versions_that_are_spoken()
    {
        TrustedApplication trust = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4, ProtocolVersion.Atlassian2);
        Verdict verdict = await Verify(trust, Request.Of(ProtocolVersion.Atlassian2));
        Assert.Equal("Protocol version 2 is not accepted; accepted: 4", verdict.Rejection?.ToError().Format());
        Assert.True((await Verify(trust, Request.Of(ProtocolVersion.Version4))).Accepted);
    }

    [Fact]
    public async Task A_version_that_the_trust_does_not_accept_is_rejected_as_ever()
    {
        Verdict verdict = await Verify(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4), Request.Of(ProtocolVersion.Atlassian2));
        Assert.Equal("version.not-accepted", verdict.Rejection?.ReasonId);
        Assert.DoesNotContain("AddLegacyVersions", verdict.Rejection?.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task One_version_can_be_listed_alone(string name)
    {
        var version = ProtocolVersion.Parse(name);
        TrustedApplication trust = Fixture.Trust(Fixture.Wiki, [.. ProtocolVersion.All.Where(known => known.IsLegacy)]);
        foreach (ProtocolVersion sent in ProtocolVersion.All.Where(known => known.IsLegacy))
        {
            Verdict verdict = await Verify(trust, Request.Of(sent), LegacyProtocols.Find(version));
            Assert.Equal(sent == version, verdict.Accepted);
        }
    }

    [Fact]
    public void A_version_is_listed_once() => Assert.Throws<ArgumentException>(() => new AssertionVerifierOptions { LegacyProtocols = [LegacyProtocols.Atlassian2, LegacyProtocols.Atlassian3, LegacyProtocols.Atlassian2] });

    private static async Task<Verdict> Verify(TrustedApplication trust, Request request, params TrustedApps.Protocols.LegacyProtocol[] listed)
    {
        var options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker, LegacyProtocols = listed };
        var memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true });
        var verifier = new AssertionVerifier(new InMemoryTrustStore(trust), UserResolvers.Everyone, options, memory, new FakeTimeProvider(Fixture.Now));
        return await verifier.VerifyAsync(request.ToIncoming(), cancellationToken: TestContext.Current.CancellationToken);
    }
}
