using System.Net;
using System.Text.RegularExpressions;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public partial class AddressTests
{
    private static readonly Gen<string> _nearlyAddresses = Gen.OneOf(
        Generators.TextOf(["0", "1", "9", "25", "255", "256", "01", ".", ".", ".", ":"], 9),
        Generators.TextOf(["0", "1", "ffff", "::", ":", ":", ".", "10", "1.2.3.4", "%1", "g", "00000", "[", "]", "\0"], 14),
        Generators.Mutate(Gen.Elements("10.20.30.40", "2001:db8::8:800:200c:417a", "::ffff:10.0.0.1", "1:2:3:4:5:6:7:8"), Generators.AnyCharacter));

    [Property(MaxTest = 20_000)]
    public Property Exactly_the_addresses_of_the_specifications_are_read_and_nothing_throws() => ForAll.In(
        _nearlyAddresses, text => Address.TryParse(text, out _, out _) == (IsIPv4(text) || IsIPv6(text)));

    [Property(MaxTest = 5000)]
    public Property What_is_read_has_the_value_that_the_framework_gives_it() => ForAll.In(
        _nearlyAddresses,
        text => !Address.TryParse(text, out UInt128 value, out bool isIPv4)
            || (value, isIPv4) == Address.Unwrap(IPAddress.Parse(text)));

    [Property]
    public Property What_the_framework_writes_is_read() => ForAll.In(
        Gen.OneOf(Gen.ArrayOf(Gen.Choose(0, 255).Select(octet => (byte)octet), 4), Gen.ArrayOf(Gen.Elements<byte>(0, 0, 1, 255), 16)),
        bytes => Address.TryParse(new IPAddress(bytes).ToString(), out UInt128 value, out bool isIPv4)
            && (value, isIPv4) == Address.Unwrap(new IPAddress(bytes)));

    [Theory]
    [InlineData("0.0.0.0", 0u)]
    [InlineData("10.0.0.1", 0x0A000001u)]
    [InlineData("255.255.255.255", 0xFFFFFFFFu)]
    [InlineData("::ffff:10.0.0.1", 0x0A000001u)] // an IPv4-mapped IPv6 address is its IPv4 one
    [InlineData("::FFFF:a00:1", 0x0A000001u)]
    [InlineData("0:0:0:0:0:ffff:10.0.0.1", 0x0A000001u)]
    public void An_IPv4_address_is_its_number(string text, uint expected)
    {
        Assert.True(Address.TryParse(text, out UInt128 value, out bool isIPv4));
        Assert.True(isIPv4);
        Assert.Equal((UInt128)expected, value);
    }

    [Theory]
    [InlineData("::", 0ul, 0ul)]
    [InlineData("::1", 0ul, 1ul)]
    [InlineData("2001:db8::1", 0x20010DB800000000ul, 1ul)]
    [InlineData("2001:0DB8:0:0:0:0:0:1", 0x20010DB800000000ul, 1ul)]
    [InlineData("::10.0.0.1", 0ul, 0x0A000001ul)] // compatible, which is not mapped
    [InlineData("64:ff9b::10.0.0.1", 0x0064FF9B00000000ul, 0x0A000001ul)]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", ulong.MaxValue, ulong.MaxValue)]
    public void An_IPv6_address_is_its_number(string text, ulong upper, ulong lower)
    {
        Assert.True(Address.TryParse(text, out UInt128 value, out bool isIPv4));
        Assert.False(isIPv4);
        Assert.Equal(new UInt128(upper, lower), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("10.0.0.1 ")]
    [InlineData(" 10.0.0.1")]
    [InlineData("10.0.0.01")] // octal to some
    [InlineData("010.0.0.1")]
    [InlineData("00.0.0.1")]
    [InlineData("10.0.0.1.")]
    [InlineData(".10.0.0.1")]
    [InlineData("10.0.0")]
    [InlineData("10.1")]
    [InlineData("167772161")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0.1000")]
    [InlineData("10.0.0.-1")]
    [InlineData("10.0.0.+1")]
    [InlineData("10.0.0.1\0")]
    [InlineData("1\0.0.0.1")]
    [InlineData("10.0.0.1.2")]
    [InlineData("10..0.1")]
    [InlineData("10.0.0.*")]
    [InlineData("*")]
    [InlineData("10.0.0.1:80")]
    [InlineData("10.0.0.1/32")]
    [InlineData("1０.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("::1%lo")]
    [InlineData("fe80::1%1")]
    [InlineData("fe80::1%")]
    [InlineData("::ffff:10.0.0.01")]
    [InlineData("::ffff:10.0.0.1.")]
    [InlineData("::ffff:10.1")]
    [InlineData("::ffff:10.0.0.1:0")]
    [InlineData(":::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("::12345")]
    [InlineData("::g")]
    [InlineData("::/0")]
    [InlineData(" ::1")]
    [InlineData("::1 ")]
    [InlineData("::1\0")]
    [InlineData(":")]
    [InlineData("0000:0000:0000:0000:0000:0000:0000:0000:0000:0000")]
    public void Anything_else_is_no_address(string text) => Assert.False(Address.TryParse(text, out _, out _));

    [Fact]
    public void A_scope_does_not_make_another_address() =>
        Assert.Equal(Address.Unwrap(IPAddress.Parse("fe80::1")), Address.Unwrap(IPAddress.Parse("fe80::1%7")));

    private static bool IsIPv4(string text) =>
        text.Split('.') is { Length: 4 } octets && octets.All(octet => Octet.IsMatch(octet));

    // RFC 4291 section 2.2, as naively as it can be said.
    private static bool IsIPv6(string text)
    {
        string[] halves = text.Split("::");
        if (halves.Length > 2) return false;

        string[] groups = [.. halves.SelectMany(half => half.Length == 0 ? [] : half.Split(':'))];
        int count = groups.Length;
        if (groups.Length > 0 && !text.EndsWith(':') && IsIPv4(groups[^1]))
        {
            (groups, count) = (groups[..^1], count + 1);
        }

        return groups.All(group => Group.IsMatch(group)) && (halves.Length == 2 ? count <= 7 : count == 8);
    }

    [GeneratedRegex(@"^(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Octet { get; }

    [GeneratedRegex(@"^[0-9a-fA-F]{1,4}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Group { get; }
}
