using TrustedApps.Keys;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class WrappedKeyTests
{
    private static readonly string _good = Craft4.Wrap();

    [Fact]
    public void What_is_wrapped_opens_to_the_same_key()
    {
        Assert.Equal(Craft4.SessionKey, Open(WrappedKey.Seal(Craft4.SessionKey, "wiki", Craft4.TrackerKey)));
        Assert.Equal(Craft4.SessionKey, Open(_good)); // by another hand
    }

    [Fact]
    public void Members_may_come_in_another_order()
    {
        string header = $$"""{"cty":"jwk+json","iss":"wiki","kid":"{{Craft4.TrackerKey.Thumbprint}}","enc":"A256GCM","alg":"RSA-OAEP-256"}""";
        string text = $$"""{"k":"{{Craft4.Encode(Craft4.SessionKey)}}","kty":"oct"}""";
        Assert.Equal(Craft4.SessionKey, Open(Craft4.Wrap(header, text)));
    }

    [Theory]
    [InlineData("\"RSA-OAEP-256\"", "\"RSA-OAEP\"")]
    [InlineData("\"RSA-OAEP-256\"", "\"RSA1_5\"")]
    [InlineData("\"RSA-OAEP-256\"", "\"dir\"")]
    [InlineData("\"A256GCM\"", "\"A128GCM\"")]
    [InlineData("\"A256GCM\"", "\"A256CBC-HS512\"")]
    [InlineData("\"jwk+json\"", "\"application/jwk+json\"")]
    [InlineData("\"jwk+json\"", "\"JWK+json\"")]
    [InlineData("\"iss\":\"wiki\",", "")]
    [InlineData("\"iss\":\"wiki\"", "\"iss\":\"blog\"")]
    [InlineData("\"iss\":\"wiki\"", "\"iss\":\"Wiki\"")]
    [InlineData("\"iss\":\"wiki\"", "\"iss\":\"\"")]
    [InlineData("}", ",\"zip\":\"DEF\"}")]
    [InlineData("}", ",\"crit\":[\"zip\"]}")]
    [InlineData("}", ",\"epk\":\"x\"}")]
    [InlineData("\"kid\":\"", "\"kid\":\"A")]
    public void A_protected_header_holds_exactly_its_five_members(string part, string other)
    {
        Assert.Contains(part, Craft4.WrapHeader, StringComparison.Ordinal);
        Assert.Null(Open(Craft4.Wrap(Craft4.WrapHeader.Replace(part, other, StringComparison.Ordinal))));
    }

    [Fact]
    public void Only_an_encryption_key_of_the_provider_opens_it()
    {
        string signingKey = Fixture.Tracker.SigningKey.KeyId;
        string header = Craft4.WrapHeader.Replace(Craft4.TrackerKey.Thumbprint, signingKey, StringComparison.Ordinal);
        Assert.Null(Open(Craft4.Wrap(header, key: Fixture.Tracker.SigningKey.PublicKey)));
        Assert.Null(Open(Craft4.Wrap(key: Fixture.Tracker.SigningKey.PublicKey))); // under our kid, for another key
        Assert.Null(Open(_good, Fixture.Blog));
    }

    [Fact]
    public void A_retired_key_opens_it_until_its_time_has_passed()
    {
        ApplicationKeys rotated = Fixture.Tracker.WithNext(Fixture.Now).Rotate(Fixture.Now);
        Assert.Equal(Craft4.SessionKey, Open(_good, rotated, Fixture.Now.AddHours(24)));
        Assert.Null(Open(_good, rotated, Fixture.Now.AddDays(30)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void A_session_key_has_32_bytes(int length) =>
        Assert.Null(Open(Craft4.Wrap(text: $$"""{"kty":"oct","k":"{{Craft4.Encode(new byte[length])}}"}""")));

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    public void A_content_key_has_32_bytes(int length) => Assert.Null(Open(Craft4.Wrap(contentKey: new byte[length])));

    [Theory]
    [InlineData("\"oct\"", "\"OCT\"")]
    [InlineData("\"oct\"", "\"RSA\"")]
    [InlineData("\"oct\"", "null")]
    [InlineData("\"kty\":\"oct\",", "")]
    [InlineData("\"k\":", "\"K\":")]
    [InlineData("}", ",\"alg\":\"A256GCM\"}")]
    [InlineData("}", ",\"kty\":\"oct\"}")]
    [InlineData("}", ",\"\\u006bty\":\"oct\"}")]
    [InlineData("}", "} ")]
    [InlineData("}", "")]
    [InlineData("\"}", "=\"}")]
    [InlineData("{\"kty", "{ \"kty")]
    public void The_plaintext_is_exactly_one_key(string part, string other)
    {
        Assert.Contains(part, Craft4.KeyText, StringComparison.Ordinal);
        Assert.Null(Open(Craft4.Wrap(text: Craft4.KeyText.Replace(part, other, StringComparison.Ordinal))));
    }

    [Fact]
    public void Nothing_but_five_parts_is_one()
    {
        string[] parts = _good.Split('.');
        Assert.Equal(5, parts.Length);
        foreach (string token in new[] { "", "....", _good + ".", "." + _good, string.Join('.', parts[..4]), _good + " ", _good + "=", new string('.', 5000) }) Assert.Null(Open(token));
        for (int part = 0; part < 5; part++)
        {
            string[] without = [.. parts];
            without[part] = "";
            Assert.Null(Open(string.Join('.', without)));
        }
    }

    [Property(MaxTest = 300)]
    public Property Every_character_counts() => ForAll.In(
        Generators.Mutate(Gen.Constant(_good), Gen.Elements("ABCabc019-_=+/. \n".ToCharArray())), token => token == _good || Open(token) is null);

    private static byte[]? Open(string token, ApplicationKeys? keys = null, DateTimeOffset? now = null) =>
        WrappedKey.OpenAsync(token, "wiki", keys ?? Fixture.Tracker, now ?? Fixture.Now).Completed();
}
