using System.Text;
using TrustedApps.Certificates;
using TrustedApps.Tests.Keys;

namespace TrustedApps.Tests.Attacks;

/// <summary>
/// Genuine grants, wrapped keys, assertions and certificates with one part malformed, signed or encrypted over the
/// malformed text: every one is refused with a documented code.
/// </summary>
public class MalformationTests
{
    private static readonly TrustedApplication _trust = new(
        Fixture.RecordOf(Fixture.Wiki), new TrustConditions { Addresses = ["*"], Urls = ["*"] });

    private int _checked;

    [Fact]
    public async Task Grants_with_a_malformed_header_are_refused()
    {
        foreach ((string kind, string header) in Malformation.OfHeader(Craft4.GrantHeader))
        {
            await Refuse(kind, Craft4.Request(key: Craft4.Sign(Craft4.Claims(), header)), "BAD_GRANT");
        }

        await AcceptAfter(440);
    }

    [Fact]
    public async Task Grants_with_malformed_claims_are_refused()
    {
        foreach ((string kind, string claims) in Malformation.OfJson(Craft4.Claims()))
        {
            await Refuse(kind, Craft4.Request(key: Craft4.Sign(claims)), "BAD_GRANT", "BAD_AUDIENCE", "OLD_CERT", "FUTURE_CERT");
        }

        await AcceptAfter(440);
    }

    [Fact]
    public async Task Grants_that_are_spelt_differently_are_refused()
    {
        foreach ((string kind, string token) in Malformation.OfCompact(Craft4.Grant))
        {
            await Refuse(kind, Craft4.Request(key: token), "BAD_GRANT");
        }

        await AcceptAfter(140);
    }

    [Fact]
    public async Task Wrapped_keys_with_a_malformed_header_are_refused()
    {
        foreach ((string kind, string header) in Malformation.OfHeader(Craft4.WrapHeader))
        {
            await Refuse(kind, Craft4.Request(key: Craft4.Sign(Craft4.Claims(jwe: Craft4.Wrap(header)))), "BAD_GRANT");
        }

        await AcceptAfter(600);
    }

    [Fact]
    public async Task Wrapped_keys_with_a_malformed_text_are_refused()
    {
        foreach ((string kind, string text) in Malformation.OfJson(Craft4.KeyText))
        {
            await Refuse(kind, Craft4.Request(key: Craft4.Sign(Craft4.Claims(jwe: Craft4.Wrap(text: text)))), "BAD_GRANT");
        }

        string encoded = Craft4.Encode(Craft4.SessionKey);
        foreach ((string kind, string key) in Malformation.OfBase64Url(encoded))
        {
            string text = Craft4.KeyText.Replace(encoded, key, StringComparison.Ordinal);
            await Refuse(kind, Craft4.Request(key: Craft4.Sign(Craft4.Claims(jwe: Craft4.Wrap(text: text)))), "BAD_GRANT");
        }

        await AcceptAfter(270);
    }

    [Fact]
    public async Task Wrapped_keys_that_are_spelt_differently_are_refused()
    {
        foreach ((string kind, string token) in Malformation.OfCompact(Craft4.Wrap()))
        {
            string jwe = token.Replace("\"", "\\\"", StringComparison.Ordinal); // what reaches the reader is the token itself
            await Refuse(kind, Craft4.Request(key: Craft4.Sign(Craft4.Claims(jwe: jwe))), "BAD_GRANT");
        }

        await AcceptAfter(230);
    }

    [Fact]
    public async Task Assertions_with_a_malformed_header_are_refused()
    {
        foreach ((string kind, string header) in Malformation.OfHeader(Craft4.AssertionHeader))
        {
            await Refuse(kind, Craft4.Request(Craft4.Seal(Craft4.Says(), header)), "BAD_MAGIC");
        }

        await AcceptAfter(440);
    }

    [Fact]
    public async Task Assertions_with_malformed_claims_are_refused()
    {
        foreach ((string kind, string claims) in Malformation.OfJson(Craft4.Says()))
        {
            await Refuse(kind, Craft4.Request(Craft4.Seal(claims)), "SYSTEM", "BAD_SIGNATURE", "OLD_CERT", "FUTURE_CERT", "USER_UNKNOWN", "PERMISSION_DENIED");
        }

        foreach ((string kind, string digest) in Malformation.OfJson("""{"dig":"sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"}"""))
        {
            if (!digest.StartsWith("{\"dig\":", StringComparison.Ordinal) || !digest.EndsWith('}')) continue; // another member
            await Refuse("dig: " + kind, Craft4.Request(Craft4.Seal(Craft4.Says(more: "," + digest[1..^1]))), "SYSTEM", "BAD_DIGEST", "BAD_SIGNATURE");
        }

        await AcceptAfter(400);
    }

    [Fact]
    public async Task Assertions_that_are_spelt_differently_are_refused()
    {
        foreach ((string kind, string token) in Malformation.OfCompact(Craft4.Seal(Craft4.Says())))
        {
            await Refuse(kind, Craft4.Request(token), "BAD_MAGIC");
        }

        await AcceptAfter(180);
    }

    [Theory]
    [MemberData(nameof(Fixture.LegacyVersions), MemberType = typeof(Fixture))]
    public async Task Headers_of_older_versions_that_are_spelt_differently_are_refused(string name)
    {
        Assert.True(ProtocolVersion.TryParse(name, out ProtocolVersion? version));
        TrustedApplication trust = Fixture.Trust(Fixture.Wiki, version);
        Request request = Request.Of(version);
        foreach (string header in request.Headers.Keys.Where(header => request[header].Length > 100))
        {
            foreach ((string kind, string value) in Malformation.OfBase64Url(request[header]))
            {
                _checked++;
                string answer = await new Provider(trust).Answer(request.With(header, value));
                Assert.True(answer is "BAD_MAGIC" or "BAD_SIGNATURE" or "SYSTEM", $"{header}, {kind}: {answer}");
            }
        }

        Assert.True(_checked >= 40, $"only {_checked} were tried");
        Assert.Equal("OK fred", await new Provider(trust).Answer(request));
    }

    [Fact]
    public void Certificates_that_are_malformed_are_refused()
    {
        string payload = Forge.Payload().ToJsonString();
        string header = Forge.Header(SpareKeys.Signing(1));
        IEnumerable<(string Kind, string Document)> documents =
        [
            .. Malformation.OfJson(payload).Select(changed => ("payload: " + changed.Kind, Forge.Sign(changed.Text))),
            .. Malformation.OfJson(Forge.Sign(payload)).Select(changed => ("envelope: " + changed.Kind, changed.Text)),
            .. Malformation.OfHeader(header).Select(changed =>
                ("header: " + changed.Kind, Forge.Envelope(payload, Forge.Signature(payload, SpareKeys.Signing(1), changed.Text)))),
            .. Malformation.OfBase64Url(Forge.Encode(payload)).Select(changed =>
                ("payload: " + changed.Kind, Forge.Sign(payload).Replace(Forge.Encode(payload), changed.Text, StringComparison.Ordinal))),
        ];
        foreach ((string kind, string document) in documents)
        {
            _checked++;
            Assert.False(ApplicationCertificate.TryRead(Encoding.UTF8.GetBytes(document), Fixture.Now, out _, out string? problem), $"{kind}: {document}");
            Assert.NotEmpty(problem);
        }

        Assert.True(_checked >= 1500, $"only {_checked} were tried");
    }

    private async Task Refuse(string kind, Request request, params string[] codes)
    {
        _checked++;
        string answer = await new Provider(_trust).Answer(request); // a new one: bounds on failures are tested elsewhere
        Assert.True(codes.Contains(answer), $"{kind}: {answer}");
    }

    // The genuine request is accepted after all, so it was the malformation that was refused, and not the rest.
    private async Task AcceptAfter(int count)
    {
        Assert.True(_checked >= count, $"only {_checked} were tried");
        Assert.Equal("OK fred", await new Provider(_trust).Answer(Craft4.Request()));
    }
}
