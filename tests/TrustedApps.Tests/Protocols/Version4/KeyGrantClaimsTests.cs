using System.Text;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class KeyGrantClaimsTests
{
    private static readonly KeyGrantRules _rules = new(Fixture.Tracker, [BaseUrl.Parse("https://other.example"), Fixture.Base], AcceptsAnyBaseUrl: false, Skew: 30, MaxLifetime: 3600);

    [Fact]
    public void Good_claims_are_read()
    {
        Assert.Null(Read(Craft4.Claims(jwe: "a.b", iat: 5, exp: 7), out KeyGrantClaims claims));
        Assert.Equal(new KeyGrantClaims(IsForAudience: true, IsForBase: true, 5, 7, Craft4.GrantId, "a.b"), claims);
    }

    [Fact]
    public void Escapes_mean_what_they_stand_for()
    {
        string escaped = Craft4.Claims(jwe: "a.b").Replace("\"aud\":\"tracker\"", "\"\\u0061ud\":\"t\\u0072acker\"", StringComparison.Ordinal);
        Assert.Null(Read(escaped, out KeyGrantClaims claims));
        Assert.True(claims.IsForAudience);
    }

    [Theory]
    [InlineData("\"tracker\"", true)]
    [InlineData("\"Tracker\"", false)]
    [InlineData("\"tracker \"", false)]
    [InlineData("\"other\"", false)]
    [InlineData("[\"tracker\"]", false)] // one string
    [InlineData("[\"tracker\",\"other\"]", false)]
    [InlineData("{\"a\":\"tracker\"}", false)]
    [InlineData("null", false)]
    [InlineData("1", false)]
    public void The_audience_is_one_string(string aud, bool isOurs)
    {
        Assert.Null(Read(Craft4.Claims(aud: aud, jwe: "a.b"), out KeyGrantClaims claims));
        Assert.Equal((isOurs, true), (claims.IsForAudience, claims.IsForBase));
    }

    [Theory]
    [InlineData("\"https://tracker.example/app\"", true)]
    [InlineData("\"https://other.example\"", true)]
    [InlineData("\"https://tracker.example/app/\"", false)]
    [InlineData("\"https://tracker.example/App\"", false)]
    [InlineData("\"https://Tracker.example/app\"", false)]
    [InlineData("\"https://tracker.example:443/app\"", false)]
    [InlineData("\"http://tracker.example/app\"", false)]
    [InlineData("\"https://tracker.example\"", false)]
    [InlineData("[\"https://tracker.example/app\"]", false)]
    [InlineData("null", false)]
    public void The_base_is_one_of_the_configured_ones_byte_for_byte(string @base, bool isOurs)
    {
        Assert.Null(Read(Craft4.Claims(@base: @base, jwe: "a.b"), out KeyGrantClaims claims));
        Assert.Equal((true, isOurs), (claims.IsForAudience, claims.IsForBase));
    }

    [Fact]
    public void Any_base_will_do_where_any_is_accepted_and_no_audience_where_the_provider_has_no_keys()
    {
        string text = Craft4.Claims(@base: "\"https://evil.example\"", jwe: "a.b");
        Assert.Null(KeyGrantClaims.Read(Encoding.UTF8.GetBytes(text), "wiki", _rules with { AcceptsAnyBaseUrl = true }, out KeyGrantClaims claims));
        Assert.True(claims.IsForBase);
        Assert.Null(KeyGrantClaims.Read(Encoding.UTF8.GetBytes(text), "wiki", _rules with { Keys = null }, out claims));
        Assert.False(claims.IsForAudience);
    }

    [Theory]
    [InlineData("\"aud\":\"tracker\",", "\"aud\":\"tracker\",\"aud\":\"tracker\",")]
    [InlineData("\"aud\":\"tracker\",", "\"aud\":\"tracker\",\"\\u0061ud\":\"tracker\",")]
    [InlineData("\"aud\":\"tracker\",", "\"aud\":\"tracker\", ")]
    [InlineData("\"iat\":5", "\"iat\":05")]
    [InlineData("\"iat\":5", "\"iat\":5.0")]
    [InlineData("\"iat\":5", "\"iat\":5e0")]
    [InlineData("\"iat\":5", "\"iat\":-5")]
    [InlineData("\"iat\":5", "\"iat\":\"5\"")]
    [InlineData("\"iat\":5", "\"iat\":null")]
    [InlineData("\"iat\":5", "\"iat\":253402300800")]
    [InlineData("\"iat\":5,", "")]
    [InlineData("\"exp\":7,", "")]
    [InlineData("\"exp\":7,", "\"exp\":true,")]
    [InlineData("\"jti\":", "\"jtj\":")]
    [InlineData("\"cnf\":{\"jwe\":\"a.b\"}", "\"cnf\":{\"jwk\":\"a.b\"}")]
    [InlineData("\"cnf\":{\"jwe\":\"a.b\"}", "\"cnf\":\"a.b\"")]
    [InlineData("\"cnf\":{\"jwe\":\"a.b\"}", "\"cnf\":{\"jwe\":1}")]
    [InlineData("\"cnf\":{\"jwe\":\"a.b\"}", "\"cnf\":{\"jwe\":\"a.b\",\"jwe\":\"a.b\"}")]
    [InlineData("\"cnf\":{\"jwe\":\"a.b\"}", "\"cnf\":[]")]
    [InlineData("\"iss\":\"wiki\"", "\"iss\":\"blog\"")]
    [InlineData("\"iss\":\"wiki\"", "\"iss\":\"Wiki\"")]
    [InlineData("\"iss\":\"wiki\"", "\"iss\":[\"wiki\"]")]
    [InlineData("\"iss\":\"wiki\",", "")]
    [InlineData("}}", "}} ")]
    [InlineData("}}", "}}{}")]
    [InlineData("}}", "}")]
    [InlineData("}}", "},\"x\":1}")] // a member that version 4 does not have, at any depth
    [InlineData("\"iss\":", "\"nbf\":5,\"iss\":")]
    [InlineData("\"jwe\":\"a.b\"", "\"jwe\":\"a.b\",\"x\":null")]
    [InlineData("\"cnf\":{\"jwe\"", "\"cnf\":{\"x\":1,\"jwe\"")]
    [InlineData("\"cnf\":{\"jwe\":\"a.b\"}", "\"cnf\":{}")]
    [InlineData("\"aud\":\"tracker\"", "\"aud\":[[[[[]]]]]")] // depth 6
    public void Malformed_claims_are_refused(string part, string other)
    {
        string good = Craft4.Claims(jwe: "a.b", iat: 5, exp: 7);
        Assert.Contains(part, good, StringComparison.Ordinal);
        Assert.NotNull(Read(good.Replace(part, other, StringComparison.Ordinal), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("\uFEFF{}")]
    public void What_is_no_object_is_refused(string text) => Assert.NotNull(Read(text, out _));

    [Property(MaxTest = 3000)]
    public Property No_bytes_throw() => ForAll.In(
        Generators.Mutate(Gen.Constant(Craft4.Claims(jwe: "a.b")), Generators.AnyCharacter),
        text => Read(text, out KeyGrantClaims claims) is not null || claims.WrappedKey is not null);

    private static string? Read(string text, out KeyGrantClaims claims) => KeyGrantClaims.Read(Encoding.UTF8.GetBytes(text), "wiki", _rules, out claims);
}
