using TrustedApps.Keys;
using TrustedApps.Tests.Keys;

namespace TrustedApps.Tests;

public class TrustedApplicationTests
{
    private static readonly TrustConditions _strict = new() { Addresses = ["*"], Urls = ["*"] };
    private static readonly TrustConditions _weak = new() { Addresses = ["*"], Urls = ["*"], AllowWeakKeys = true };

    [Fact]
    public void It_holds_what_it_was_made_of()
    {
        var trust = new TrustedApplication("wiki", Fixture.Wiki.PublicKey, _strict);
        Assert.Equal(("wiki", "wiki"), (trust.Id, trust.Name));
        Assert.Same(Fixture.Wiki.PublicKey, trust.Legacy?.PublicKey);
        Assert.Same(_strict, trust.Conditions);
        Assert.Equal("Our wiki", new TrustedApplication("wiki", Fixture.Wiki.PublicKey, _strict) { Name = "Our wiki" }.Name);
        Assert.Equal($"wiki ({Fixture.Wiki.PublicKey.Thumbprint})", trust.ToString());
    }

    [Fact]
    public void Id_key_and_conditions_are_needed()
    {
        Assert.Throws<ArgumentNullException>("id", () => new TrustedApplication(null!, Fixture.Wiki.PublicKey, _strict));
        Assert.Throws<ArgumentException>("id", () => new TrustedApplication("wi\nki", Fixture.Wiki.PublicKey, _strict));
        Assert.Throws<ArgumentNullException>("publicKey", () => new TrustedApplication("wiki", null!, _strict));
        Assert.Throws<ArgumentNullException>("conditions", () => new TrustedApplication("wiki", Fixture.Wiki.PublicKey, null!));
    }

    [Fact]
    public void A_bad_user_pattern_shows_when_the_conditions_are_made() =>
        Assert.Throws<ArgumentException>(() => new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowUsers = [""] });

    [Theory]
    [InlineData(2048, 65537, true, true)]
    [InlineData(2047, 65537, false, true)]
    [InlineData(1024, 65537, false, true)]
    [InlineData(1023, 65537, false, false)]
    [InlineData(512, 65537, false, false)]
    [InlineData(2048, 3, false, false)] // a small exponent is never allowed
    [InlineData(2048, 65535, false, false)]
    [InlineData(2048, 4294967297, false, false)]
    [InlineData(1024, 3, false, false)]
    [InlineData(4096, 65539, true, true)]
    public void A_key_is_strong_or_only_short_and_allowed_to_be(int bits, long exponent, bool allowed, bool allowedWhenWeak)
    {
        RsaPublicKey key = Der.KeyOf(bits, exponent);
        Assert.Equal(allowed, Record.Exception(() => new TrustedApplication("wiki", key, _strict)) is null);
        Assert.Equal(allowedWhenWeak, Record.Exception(() => new TrustedApplication("wiki", key, _weak)) is null);
    }

    [Fact]
    public void A_refusal_of_a_key_says_why_and_what_would_let_it_pass()
    {
        string Message(RsaPublicKey key) => Assert.Throws<ArgumentException>(() => new TrustedApplication("wiki", key, _strict)).Message;
        Assert.StartsWith("The key has 1024 bits; a trust needs 2048. Ask the application for a new key.", Message(Der.KeyOf(1024, 65537)), StringComparison.Ordinal);
        Assert.DoesNotContain("AllowWeakKeys", Message(Der.KeyOf(512, 65537)), StringComparison.Ordinal);
        Assert.DoesNotContain("AllowWeakKeys", Message(Der.KeyOf(2048, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void It_accepts_the_versions_that_it_names_and_no_others()
    {
        TrustedApplication trust = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian1, ProtocolVersion.Warwick);
        Assert.Equal([ProtocolVersion.Atlassian1, ProtocolVersion.Warwick], ProtocolVersion.All.Where(version => trust.TryFindConditions(version, Fixture.Now, out _)));
    }
}
