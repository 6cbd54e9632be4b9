namespace TrustedApps.Tests;

/// <summary>A response says the reason only to a sender that has proven itself: others would learn from the difference.</summary>
public class PublicReasonTests
{
    public static TheoryData<string> LegacyVersions => Fixture.LegacyVersions;

    public static TheoryData<string> Versions => Fixture.Versions;

    public static TheoryData<string> SignedVersions => [.. Fixture.Versions.Select(row => row.Data).Where(name => name != "1")];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Before_the_sender_is_proven_there_is_none(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        string id = version == ProtocolVersion.Warwick ? WarwickHeader.Id : Seraph.Id;
        string cert = version == ProtocolVersion.Warwick ? WarwickHeader.Cert : Seraph.Cert;
        Verdict[] rejected =
        [
            await provider.Verify(Request.Of(version).With(id, "stranger")),
            await provider.Verify(Request.Of(version).With(cert, "rubbish")),
            await provider.Verify(Request.Of(version) with { RemoteAddress = null, Method = "CONNECT", Target = "*" }),
            await provider.Verify(Request.Of(version, keys: Fixture.Blog).With(id, "wiki")),
        ];
        Assert.All(rejected, verdict => Assert.Null(verdict.PublicReasonId));
        Assert.All(rejected, verdict => Assert.NotEqual("unspecified", verdict.Rejection?.ReasonId));
    }

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task Under_older_versions_there_is_none_before_the_signature_is_verified(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        Verdict old = await provider.Verify(Request.Of(version, stamp: Fixture.Stamp - 3_600_000));
        Assert.Equal(("assertion.expired", null), (old.Rejection?.ReasonId, old.PublicReasonId));
        Verdict elsewhere = await provider.Verify(Request.Of(version) with { Host = "elsewhere" });
        Assert.Equal(("url.other-origin", null), (elsewhere.Rejection?.ReasonId, elsewhere.PublicReasonId));
    }

    [Fact]
    public async Task Under_version_4_there_is_one_once_the_assertion_was_opened()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        Request request = Request.Of(ProtocolVersion.Version4, stamp: Fixture.Stamp - 3_600_000);
        Assert.Equal("assertion.expired", (await provider.Verify(request)).PublicReasonId);
        Assert.Equal("binding.method", (await provider.Verify(Request.Of(ProtocolVersion.Version4) with { Method = "PUT" })).PublicReasonId);
    }

    [Fact]
    public async Task Version_1_without_a_signature_proves_nothing_so_there_is_none()
    {
        // Its RC4 key follows from a captured Key and the public key: anybody who reads one request can make this one.
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian1));
        Verdict verdict = await provider.Verify(Request.Of(ProtocolVersion.Atlassian1, user: "stranger").Without(Seraph.Signature));
        Assert.Equal(("user.unknown", null), (verdict.Rejection?.ReasonId, verdict.PublicReasonId));
    }

    [Theory]
    [MemberData(nameof(SignedVersions))]
    public async Task Afterwards_it_is_that_of_the_log(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        Verdict verdict = await provider.Verify(Request.Of(version, user: "stranger"));
        Assert.Equal("user.unknown", verdict.PublicReasonId);
        Assert.Equal(verdict.Rejection?.ReasonId, verdict.PublicReasonId);
    }

    [Fact]
    public async Task An_accepted_request_and_one_that_is_not_a_trusted_one_have_none()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Assert.Null((await provider.Verify(Request.Of(ProtocolVersion.Atlassian3))).PublicReasonId);
        Assert.Null((await provider.Verify(new Request())).PublicReasonId);
    }
}
