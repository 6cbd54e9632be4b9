using System.Text;

namespace TrustedApps.Tests.Attacks;

/// <summary>What somebody can try who has read requests on their way.</summary>
public class CaptureTests
{
    private const string OtherTarget = "/app/rest/secrets";
    private const string OtherUrl = "https://tracker.example/app/rest/secrets";

    private static readonly TrustConditions _writing = new()
    {
        Addresses = ["*"],
        Urls = ["*"],
        Versions = [.. ProtocolVersion.All],
        Methods = ["GET", "HEAD", "POST", "DELETE"],
    };

    public static TheoryData<string> Versions => Fixture.Versions;

    public static TheoryData<string> LegacyVersions => Fixture.LegacyVersions;

    public static TheoryData<string> ForgeableVersions => Fixture.ForgeableVersions;

    [Theory]
    [MemberData(nameof(ForgeableVersions))]
    public async Task Bits_flipped_in_a_captured_certificate_do_not_change_the_user(string name)
    {
        // RC4 is malleable: whoever knows that the user is fred can write anna in his place.
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version)) { Users = UserResolvers.Everyone };
        Request captured = Request.Of(version, "fred");
        Request flipped = captured.With(Seraph.Cert, cert => Xor(cert, Craft.Text("fred"), Craft.Text("anna")));
        Assert.Equal("OK fred", await provider.Answer(captured));
        Assert.Equal("REPLAYED", await provider.Answer(flipped));
        Assert.Equal("OK fred", await provider.Answer(captured));
    }

    [Theory]
    [MemberData(nameof(ForgeableVersions))]
    public async Task Whoever_delivers_first_wins_which_the_documentation_says(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version)) { Users = UserResolvers.Everyone };
        Request captured = Request.Of(version, "fred");
        Request flipped = captured.With(Seraph.Cert, cert => Xor(cert, Craft.Text("fred"), Craft.Text("anna")));
        Assert.Equal("OK anna", await provider.Answer(flipped));
        Assert.Equal("REPLAYED", await provider.Answer(captured)); // so at least somebody notices
    }

    [Fact]
    public async Task An_old_key_with_a_fresh_captured_signature_is_refused()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2)) { Users = UserResolvers.Everyone };
        Request old = Request.Of(ProtocolVersion.Atlassian2, "fred");
        Request fresh = Request.Of(ProtocolVersion.Atlassian2, "fred", OtherUrl, Fixture.Stamp + 5000) with { Target = OtherTarget };
        Request forged = fresh
            .With(Seraph.Key, old[Seraph.Key])
            .With(Seraph.Cert, Xor(old[Seraph.Cert], Craft.Text("fred"), Craft.Text("anna", Fixture.Stamp + 5000)));

        Assert.Equal("OK fred", await provider.Answer(old));
        Assert.Equal("REPLAYED", await provider.Answer(forged)); // the Key was used with something else, the fresh request not even delivered
        Assert.Equal("OK fred", await provider.Answer(fresh));
        Assert.Equal("REPLAYED", await provider.Answer(forged));
    }

    [Fact]
    public async Task A_captured_signature_takes_one_key_and_one_certificate()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2)) { Users = UserResolvers.Everyone };
        Request captured = Request.Of(ProtocolVersion.Atlassian2, "fred");
        Request sameMoment = Request.Of(ProtocolVersion.Atlassian2, "anna"); // another Key, the same signature
        Assert.Equal(captured[Seraph.Signature], sameMoment[Seraph.Signature]);
        Assert.Equal("OK fred", await provider.Answer(captured));
        Assert.Equal("REPLAYED", await provider.Answer(sameMoment));
    }

    [Fact]
    public async Task A_key_of_version_1_seen_once_makes_no_other_user_or_url_while_it_is_remembered()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian1)) { Users = UserResolvers.Everyone };
        Request captured = Request.Of(ProtocolVersion.Atlassian1, "fred");
        Assert.Equal("OK fred", await provider.Answer(captured));
        Assert.Equal("REPLAYED", await provider.Answer(captured with { Target = OtherTarget }));
        Assert.Equal("REPLAYED", await provider.Answer(captured.With(Seraph.Cert, cert => Xor(cert, Craft.Text("fred"), Craft.Text("anna")))));
        Assert.Equal("REPLAYED", await provider.Answer(captured.With(Seraph.Cert, cert => Xor(cert, Craft.Text("fred"), Craft.Text("fred", Fixture.Stamp + 1)))));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_captured_POST_is_not_done_again(string name)
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, _writing));
        var version = ProtocolVersion.Parse(name);
        Request captured = Request.Of(version, method: "POST");
        Assert.Equal("OK fred", await provider.Answer(captured));
        Assert.Equal("REPLAYED", await provider.Answer(captured));
        provider.Clock.Advance(TimeSpan.FromMilliseconds(version.IsLegacy ? 60_000 : 90_999)); // the last moment at which it is not too old
        Assert.Equal("REPLAYED", await provider.Answer(captured));
        provider.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("OLD_CERT", await provider.Answer(captured));
    }

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task A_captured_POST_stamped_ahead_is_remembered_for_as_long_as_it_lives(string name)
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, _writing));
        Request captured = Request.Of(ProtocolVersion.Parse(name), stamp: Fixture.Stamp + 900_000) with { Method = "POST" };
        Assert.Equal("OK fred", await provider.Answer(captured));
        for (int minute = 1; minute <= 16; minute++)
        {
            provider.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal("REPLAYED", await provider.Answer(captured));
        }

        provider.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("OLD_CERT", await provider.Answer(captured));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_captured_POST_is_not_done_again_when_the_clock_is_set_back(string name)
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, _writing));
        ProtocolVersion version = ProtocolVersion.Parse(name);
        Request captured = Request.Of(version, method: "POST");
        Assert.Equal("OK fred", await provider.Answer(captured));
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("OK fred", await provider.Answer(Request.Of(version, stamp: Fixture.Stamp + 300_000, method: "POST")));
        provider.Clock.AdjustTime(Fixture.Now);
        Assert.Equal("REPLAYED", await provider.Answer(captured));
    }

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task A_captured_GET_does_not_become_a_DELETE(string name)
    {
        var version = ProtocolVersion.Parse(name);
        Request captured = Request.Of(version);

        var reading = new Provider(Fixture.Trust(Fixture.Wiki, version)); // as trusts are when nothing is said
        Assert.Equal("OK fred", await reading.Answer(captured));
        Assert.Equal("BAD_METHOD", await reading.Answer(captured with { Method = "DELETE" }));
        Assert.Equal("BAD_METHOD", await reading.Answer(captured with { Method = "delete" }));
        Assert.Equal("BAD_METHOD", await reading.Answer(captured with { Method = "get" }));

        var writing = new Provider(Fixture.Trust(Fixture.Wiki, _writing));
        Assert.Equal("OK fred", await writing.Answer(captured));
        Assert.Equal("REPLAYED", await writing.Answer(captured with { Method = "DELETE" }));
    }

    [Fact]
    public async Task A_POST_of_version_3_is_not_done_again_in_the_Warwick_dialect_nor_the_other_way_round()
    {
        // Both sign the same base string: the signature of one is the signature of the other.
        Request version3 = Request.Of(ProtocolVersion.Atlassian3) with { Method = "POST" };
        Request warwick = Request.Of(ProtocolVersion.Warwick) with { Method = "POST" };
        Assert.Equal(version3[Seraph.Signature], warwick[WarwickHeader.Signature]);

        var one = new Provider(Fixture.Trust(Fixture.Wiki, _writing));
        Assert.Equal("OK fred", await one.Answer(version3));
        Assert.Equal("REPLAYED", await one.Answer(warwick));
        Assert.Equal("REPLAYED", await one.Answer(version3));

        var other = new Provider(Fixture.Trust(Fixture.Wiki, _writing));
        Assert.Equal("OK fred", await other.Answer(warwick));
        Assert.Equal("REPLAYED", await other.Answer(version3));
    }

    [Fact]
    public async Task A_POST_of_version_2_is_not_done_again_as_version_1()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, _writing));
        Request captured = Request.Of(ProtocolVersion.Atlassian2) with { Method = "POST" };
        Assert.Equal("OK fred", await provider.Answer(captured));
        Assert.Equal("REPLAYED", await provider.Answer(captured.With(Seraph.Version, "1")));
        Assert.Equal("REPLAYED", await provider.Answer(captured.With(Seraph.Version, "1").Without(Seraph.Signature)));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task Another_user_in_a_signed_certificate_is_refused(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version)) { Users = UserResolvers.Everyone };
        string header = version == ProtocolVersion.Warwick ? WarwickHeader.Cert : Seraph.Cert;
        Request captured = Request.Of(version);
        string anna = Encoding.UTF8.GetString(Convert.FromBase64String(captured[header])).Replace("fred", "anna", StringComparison.Ordinal);
        Assert.Equal("BAD_SIGNATURE", await provider.Answer(captured.With(header, Convert.ToBase64String(Encoding.UTF8.GetBytes(anna)))));
        Assert.Equal("OK fred", await provider.Answer(captured));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task A_line_moved_between_url_and_user_is_refused(string name)
    {
        // "…/x" LF "y" could be a URL and a user in more than one way, if either could hold a line feed.
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version)) { Users = UserResolvers.Everyone };
        string signature = Craft.Sign($"{Fixture.Stamp}\n{Fixture.Url}\nadmin\nfred");
        Request moved = version == ProtocolVersion.Warwick
            ? Craft.Warwick($"{Fixture.Stamp}\nadmin\nfred", "").With(WarwickHeader.Signature, signature)
            : Craft.Signed(Craft.Text("admin\nfred"), "").With(Seraph.Signature, signature);
        Assert.False((await provider.Verify(moved)).Accepted);
    }

    // What somebody does who knows the plaintext under a stream cipher.
    private static string Xor(string base64, string known, string wanted)
    {
        byte[] cipher = Convert.FromBase64String(base64);
        (byte[] from, byte[] to) = (Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(wanted));
        Assert.Equal((cipher.Length, cipher.Length), (from.Length, to.Length));
        return Convert.ToBase64String([.. cipher.Select((octet, index) => (byte)(octet ^ from[index] ^ to[index]))]);
    }
}
