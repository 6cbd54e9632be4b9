namespace TrustedApps.Tests.Attacks;

/// <summary>A request made to look like one of a version that checks less.</summary>
public class DowngradeTests
{
    private readonly Request _captured = Request.Of(ProtocolVersion.Atlassian2);

    [Fact]
    public async Task Version_2_without_its_signature_does_not_pass_as_version_1()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2));
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(_captured.Without(Seraph.Signature).With(Seraph.Version, "1")));
        Assert.Equal("BAD_SIGNATURE", await provider.Answer(_captured.Without(Seraph.Signature)));
    }

    [Fact]
    public async Task Version_2_without_its_version_does_not_pass_as_version_0()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, [.. ProtocolVersion.All]));
        Request version0 = _captured.Without(Seraph.Version, Seraph.Signature, Seraph.Magic);
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(version0));
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(_captured.Without(Seraph.Version)));
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(_captured.With(Seraph.Version, "0")));
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(_captured.With(Seraph.Version, "")));
    }

    [Fact]
    public async Task Version_3_without_its_signature_does_not_pass_at_all()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, [.. ProtocolVersion.All]));
        Request request = Request.Of(ProtocolVersion.Atlassian3).Without(Seraph.Signature);
        Assert.Equal("BAD_SIGNATURE", await provider.Answer(request));
        Assert.Equal("SECRET_KEY_NOT_FOUND", await provider.Answer(request.With(Seraph.Version, "2")));
        Assert.Equal("SECRET_KEY_NOT_FOUND", await provider.Answer(request.With(Seraph.Version, "1")));
    }

    [Theory]
    [InlineData(" 2")]
    [InlineData("2 ")]
    [InlineData("\t2")]
    [InlineData("+2")]
    [InlineData("-2")]
    [InlineData("02")]
    [InlineData("2.0")]
    [InlineData("2,2")]
    [InlineData("2;")]
    [InlineData("0x2")]
    [InlineData("２")]
    [InlineData("2\0")]
    [InlineData("4294967298")] // 2 in 32 bits
    [InlineData("warwick")]
    public async Task A_version_in_another_spelling_is_no_version(string version)
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, [.. ProtocolVersion.All]));
        Assert.Equal("OK fred", await provider.Answer(_captured));
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(_captured.With(Seraph.Version, version)));
    }

    [Fact]
    public async Task Where_a_trust_accepts_version_1_as_well_a_captured_request_still_goes_nowhere_else()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian1, ProtocolVersion.Atlassian2));
        Request asVersion1 = _captured.Without(Seraph.Signature).With(Seraph.Version, "1");
        Assert.Equal("OK fred", await provider.Answer(_captured));
        Assert.Equal("REPLAYED", await provider.Answer(asVersion1 with { Target = "/app/rest/other" }));
    }

    [Fact]
    public async Task A_signature_on_version_1_even_an_empty_one_is_checked()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian1));
        Request signed = _captured.With(Seraph.Version, "1");
        Assert.Equal("BAD_SIGNATURE", await provider.Answer(signed with { Target = "/app/rest/other" }));
        Assert.Equal("BAD_SIGNATURE", await provider.Answer(signed.With(Seraph.Signature, "")));
        Assert.Equal("OK fred", await provider.Answer(signed));
    }

    [Fact]
    public async Task A_dialect_that_the_trust_does_not_name_is_refused()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(Request.Of(ProtocolVersion.Warwick)));
    }
}
