using System.Text;

namespace TrustedApps.Legacy.Tests.Atlassian;

public class SignedProtocolTests
{
    [Fact]
    public void Version_3_sends_a_readable_text_and_signs_stamp_url_and_user()
    {
        Request request = Request.Of(ProtocolVersion.Atlassian3);
        Assert.Equal($"{Seraph.Cert} {Seraph.Id} {Seraph.Signature} {Seraph.Version}", request.HeaderNames);
        Assert.Equal(("wiki", "3"), (request[Seraph.Id], request[Seraph.Version]));
        Assert.Equal($"{Fixture.Stamp}\nfred\n-1159983122", Encoding.UTF8.GetString(Convert.FromBase64String(request[Seraph.Cert])));
        Assert.Equal(Craft.Sign($"{Fixture.Stamp}\n{Fixture.Url}\nfred"), request[Seraph.Signature]);
    }

    [Fact]
    public async Task Key_and_magic_are_ignored()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Request request = Request.Of(ProtocolVersion.Atlassian3);
        Assert.Equal("OK fred", await provider.Answer(request.With(Seraph.Key, "rubbish").With(Seraph.Magic, "")));
    }

    [Fact]
    public async Task A_signature_must_be_there()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Request request = Request.Of(ProtocolVersion.Atlassian3);
        Verdict verdict = await provider.Verify(request.Without(Seraph.Signature));
        Assert.Contains("Version 3 needs a signature", verdict.Rejection?.Detail, StringComparison.Ordinal);
        Assert.Equal("BAD_SIGNATURE", await provider.Answer(request.With(Seraph.Signature, "")));
    }

    [Theory]
    [InlineData("QUJD\n", "BAD_MAGIC")] // base64 that no encoder writes
    [InlineData("QUI", "BAD_MAGIC")]
    [InlineData("QUJD", "BAD_MAGIC")]
    [InlineData("/w==", "SYSTEM")] // not UTF-8
    public async Task The_certificate_is_read_strictly(string cert, string code)
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Assert.Equal(code, await provider.Answer(Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Cert, cert)));
    }

    [Fact]
    public async Task A_certificate_that_is_too_long_is_SYSTEM()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Verdict verdict = await provider.Verify(Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Cert, new string('A', 16_388)));
        Assert.Contains("(it is too long)", verdict.Rejection?.Detail, StringComparison.Ordinal);
    }
}
