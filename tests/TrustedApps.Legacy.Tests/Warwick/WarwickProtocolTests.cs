using System.Text;

namespace TrustedApps.Legacy.Tests.Warwick;

public class WarwickProtocolTests
{
    private readonly Provider _provider = new(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Warwick));
    private readonly Request _request = Request.Of(ProtocolVersion.Warwick);

    [Fact]
    public void It_sends_a_readable_text_of_two_lines_and_signs_stamp_url_and_user()
    {
        Assert.Equal($"{WarwickHeader.Cert} {WarwickHeader.Id} {WarwickHeader.Signature}", _request.HeaderNames);
        Assert.Equal("wiki", _request[WarwickHeader.Id]);
        Assert.Equal($"{Fixture.Stamp}\nfred", Encoding.UTF8.GetString(Convert.FromBase64String(_request[WarwickHeader.Cert])));
        Assert.Equal(Craft.Sign($"{Fixture.Stamp}\n{Fixture.Url}\nfred"), _request[WarwickHeader.Signature]);
    }

    [Fact]
    public async Task A_signature_must_be_there()
    {
        Verdict verdict = await _provider.Verify(_request.Without(WarwickHeader.Signature));
        Assert.Contains("Version warwick needs a signature", verdict.Rejection?.Detail, StringComparison.Ordinal);
        Assert.Equal("BAD_SIGNATURE", await _provider.Answer(_request.With(WarwickHeader.Signature, "")));
    }

    [Theory]
    [InlineData("QUJD\n", "it is not base64")]
    [InlineData("QUI", "it is not base64")]
    [InlineData("/w==", "it is not UTF-8")]
    [InlineData("QUJD", "its time stamp is not 1 to 15 digits")]
    [InlineData("MQ==", "it has no user name")]
    [InlineData("MQo=", "its user name is empty, too long, or holds a line break or control character")]
    public async Task The_certificate_is_read_strictly(string cert, string problem)
    {
        Verdict verdict = await _provider.Verify(_request.With(WarwickHeader.Cert, cert));
        Assert.Equal(ErrorCode.System, verdict.Rejection?.Code);
        Assert.Contains($"({problem})", verdict.Rejection?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_too_long_is_SYSTEM()
    {
        Verdict verdict = await _provider.Verify(_request.With(WarwickHeader.Cert, new string('A', 16_388)));
        Assert.Contains("(it is too long)", verdict.Rejection?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_three_lines_is_none_of_this_dialect() =>
        Assert.Equal("SYSTEM", await _provider.Answer(Craft.Warwick(Craft.Text("fred"), "fred")));

    [Fact]
    public async Task Its_own_codes_and_headers_answer_it()
    {
        Verdict accepted = await _provider.Verify(_request);
        Assert.Equal([new("X-Trusted-App-Status", "OK")], accepted.GetResponseHeaders());

        Verdict refused = await _provider.Verify(_request.Without(WarwickHeader.Id));
        Assert.Equal(
            [
                new("X-Trusted-App-Status", "Error"),
                new("X-Trusted-App-Error-Code", "PROVIDER_ID_NOT_FOUND"),
                new("X-Trusted-App-Error-Message", "No application id in the request"),
            ],
            refused.GetResponseHeaders());

        Assert.Equal("USER_DISABLED", await _provider.Answer(Request.Of(ProtocolVersion.Warwick, "bob")));
    }
}
