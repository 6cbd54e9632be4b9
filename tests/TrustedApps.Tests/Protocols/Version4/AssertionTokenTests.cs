using System.Text;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class AssertionTokenTests
{
    private static readonly KeyGrant _grant = Craft4.NewGrant(token: Craft4.Grant);

    [Property(MaxTest = 300)]
    public Property Whatever_is_sealed_opens_to_the_same_bytes() => ForAll.In(
        Generators.Bytes(3000),
        bytes =>
        {
            string token = AssertionToken.Seal([.. bytes], _grant, Fixture.Stamp)!;
            return bytes.AsSpan().SequenceEqual(Open(token)) && AssertionToken.FindGrantId(token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal))) == _grant.Id;
        });

    [Fact]
    public void What_another_hand_seals_opens_too()
    {
        byte[] nonce = [.. Enumerable.Range(1, 12).Select(value => (byte)value)];
        string token = Craft4.Seal("claims", nonce: nonce);
        byte[] claims = new byte[token.Length];
        Assert.True(AssertionToken.TryOpen(token, _grant, claims, out int length, out UInt128 number));
        Assert.Equal("claims", Encoding.ASCII.GetString(claims, 0, length));
        Assert.Equal(UInt128.Parse("0102030405060708090a0b0c", NumberStyles.HexNumber, CultureInfo.InvariantCulture), number);
    }

    [Fact]
    public void Members_of_the_header_may_come_in_another_order()
    {
        string shuffled = $$"""{"typ":"trusted-app-cert+jwt","kid":"{{Craft4.GrantId}}","enc":"A256GCM","alg":"dir"}""";
        Assert.Equal("claims", Encoding.ASCII.GetString(Open(Craft4.Seal("claims", shuffled))!));
    }

    [Theory]
    [InlineData("\"dir\"", "\"DIR\"")]
    [InlineData("\"dir\"", "\"A256KW\"")]
    [InlineData("\"A256GCM\"", "\"A128GCM\"")]
    [InlineData("trusted-app-cert+jwt", "trusted-app-grant+jwt")]
    [InlineData("trusted-app-cert+jwt", "application/trusted-app-cert+jwt")]
    [InlineData("\"kid\":\"AA", "\"kid\":\"AB")]
    [InlineData("\"kid\":\"AA", "\"kid\":\"A")]
    [InlineData("}", ",\"zip\":\"DEF\"}")]
    [InlineData("}", ",\"crit\":[]}")]
    [InlineData("}", ",\"alg\":\"dir\"}")]
    [InlineData("}", "} ")]
    [InlineData("\"alg\":\"dir\",", "")]
    public void A_protected_header_holds_exactly_its_four_members(string part, string other)
    {
        Assert.Contains(part, Craft4.AssertionHeader, StringComparison.Ordinal);
        Assert.Null(Open(Craft4.Seal("claims", Craft4.AssertionHeader.Replace(part, other, StringComparison.Ordinal))));
    }

    [Fact]
    public void A_header_that_is_very_long_is_none()
    {
        string header = Craft4.AssertionHeader.Replace("dir", "d" + string.Concat(Enumerable.Repeat("\\u0069", 200)) + "r", StringComparison.Ordinal);
        Assert.Null(Open(Craft4.Seal("claims", header)));
    }

    [Fact]
    public void There_is_no_encrypted_key_and_vector_and_tag_have_their_lengths()
    {
        string[] parts = Craft4.Seal("claims").Split('.');
        Assert.NotNull(Open(string.Join('.', parts)));
        Assert.Null(Open(With(1, "AAAA")));
        Assert.Null(Open(With(2, "")));
        Assert.Null(Open(With(2, parts[2][..^4])));
        Assert.Null(Open(With(2, parts[2] + "AAAA")));
        Assert.Null(Open(With(3, "")));
        Assert.Null(Open(With(4, "")));
        Assert.Null(Open(With(4, parts[4][..^2])));
        Assert.Null(Open(With(4, parts[4] + "AA")));
        Assert.Null(Open(string.Join('.', parts[..4])));
        Assert.Null(Open(string.Join('.', parts) + "."));
        foreach (string token in new[] { "", ".", "..", "...", "....", parts[0], parts[0] + "..", new string('.', 8000) }) Assert.Null(Open(token));

        string With(int part, string value) => string.Join('.', parts.Select((old, index) => index == part ? value : old));
    }

    [Fact]
    public void Another_key_does_not_open_it() => Assert.Null(Open(Craft4.Seal("claims", key: new byte[32])));

    [Property(MaxTest = 5000)]
    public Property Every_character_counts()
    {
        string good = Craft4.Seal("{\"sub\":\"fred\"}");
        return ForAll.In(
            Generators.Mutate(Gen.Constant(good), Gen.OneOf(Gen.Elements("ABab01-_=+/. \n".ToCharArray()), Generators.AnyCharacter)),
            token => token == good || Open(token) is null);
    }

    [Fact]
    public void What_does_not_fit_into_8000_characters_is_not_sealed()
    {
        int least = AssertionToken.Seal([], _grant, Fixture.Stamp)!.Length;
        int room = (8000 - least) * 3 / 4;
        Assert.InRange(AssertionToken.Seal(new byte[room], _grant, Fixture.Stamp)!.Length, 7997, 8000);
        Assert.Throws<ArgumentException>(() => AssertionToken.Seal(new byte[room + 3], _grant, Fixture.Stamp)!);
    }

    [Fact]
    public void A_dropped_key_neither_seals_nor_opens()
    {
        KeyGrant dropped = Craft4.NewGrant();
        string token = AssertionToken.Seal("claims"u8.ToArray(), dropped, Fixture.Stamp)!;
        dropped.RequestKey.Drop();
        Assert.False(AssertionToken.TryOpen(token, dropped, new byte[100], out _, out _));
        Assert.Null(AssertionToken.Seal("claims"u8.ToArray(), dropped, Fixture.Stamp));
    }

    private static byte[]? Open(string token)
    {
        byte[] claims = new byte[token.Length];
        return AssertionToken.TryOpen(token, _grant, claims, out int length, out _) ? claims[..length] : null;
    }
}
