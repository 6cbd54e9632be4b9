using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class AddressConditionTests
{
    private static readonly Gen<IPAddress> _addresses = Gen.OneOf(
        Gen.ArrayOf(Gen.Elements<byte>(0, 1, 10, 128, 255), 4),
        Gen.ArrayOf(Gen.Elements<byte>(0, 1, 10, 128, 255), 4).Select(bytes => (byte[])[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, .. bytes]), // mapped
        Gen.ArrayOf(Gen.Elements<byte>(0, 0, 1, 255), 16)).Select(bytes => new IPAddress(bytes));

    // Addresses, networks of every size, and IPv4 with stars.
    private static readonly Gen<string> _patterns = Gen.OneOf(
        _addresses.Select(address => address.ToString()),
        from address in _addresses
        from bits in Gen.Choose(0, 128)
        select $"{address}/{(address.GetAddressBytes().Length == 4 ? bits / 4 : address.IsIPv4MappedToIPv6 ? 96 + (bits / 4) : bits)}",
        from octets in Gen.ArrayOf(Gen.Elements("*", "*", "0", "1", "10", "255"), 4)
        select string.Join('.', octets));

    private readonly AddressCondition _inside = new(["10.0.0.0/8", "2001:db8::1"]);
    private readonly AddressCondition _any = new(["10.0.0.1", "*"]);

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db8::2", false)]
    [InlineData("11.1.2.3", false)]
    public void One_matching_pattern_is_enough(string address, bool allowed) =>
        Assert.Equal(allowed, _inside.Allows(IPAddress.Parse(address)));

    [Property(MaxTest = 10_000)]
    public Property Many_patterns_allow_what_one_of_them_matches() => ForAll.In(
        from count in Gen.Choose(1, 25)
        from patterns in Gen.ArrayOf(_patterns, count)
        from near in Gen.Elements(patterns)
        from address in Gen.OneOf(_addresses, Gen.Elements(Near(near)))
        select (patterns, address),
        given => new AddressCondition(given.patterns).Allows(given.address)
            == given.patterns.Any(pattern => AddressPattern.Parse(pattern).Matches(given.address)));

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Nothing_is_allocated(int count)
    {
        var condition = new AddressCondition([.. Enumerable.Range(0, count).Select(number => $"10.0.{number / 256}.{number % 256}"), "10.1.0.0/16", "2001:db8::/32"]);
        foreach (string text in new[] { "10.0.0.0", "10.1.2.3", "::ffff:10.0.0.0", "2001:db8::1", "11.0.0.0", "::1" })
        {
            var address = IPAddress.Parse(text);
            Assert.Equal(!text.EndsWith("11.0.0.0", StringComparison.Ordinal) && text != "::1", condition.Allows(address));
            Assert.Equal(0, Allocation.Of(() => condition.Allows(address)));
        }
    }

    [Fact]
    public void Without_an_address_only_the_pattern_for_all_of_them_allows()
    {
        Assert.False(_inside.Allows(null));
        Assert.False(new AddressCondition(["0.0.0.0/0", "::/0"]).Allows(null));
        Assert.True(_any.Allows(null));
    }

    [Fact]
    public void No_pattern_is_a_mistake_that_says_what_to_write()
    {
        var refused = Assert.Throws<ArgumentException>(() => new AddressCondition([]));
        Assert.Contains("Name the addresses or networks from which the application sends", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_pattern_among_good_ones_is_a_mistake() =>
        Assert.Throws<ArgumentException>(() => new AddressCondition(["*", "10.0.0"]));

    [Theory]
    [InlineData(null)]
    [InlineData(null, "")]
    [InlineData(null, " , ,, ")]
    [InlineData(null, "10.1.1.1")]
    [InlineData(null, "10.1.1.1, 10.2.2.2")]
    [InlineData(null, "10.1.1.1,,  ,\t10.2.2.2 ,")]
    [InlineData(null, "10.1.1.1", "2001:db8::1", "::ffff:10.3.3.3")]
    [InlineData("11.1.1.1", "11.1.1.1")]
    [InlineData("11.1.1.1", "10.1.1.1, 11.1.1.1")]
    [InlineData("11.1.1.1", "11.1.1.1, 10.1.1.1")]
    [InlineData("11.1.1.1", "10.1.1.1,,, 11.1.1.1 ,10.1.1.1")]
    [InlineData("11.1.1.1", "10.1.1.1", "10.1.1.1, 11.1.1.1")] // a second header
    [InlineData("11.1.1.1", "", "11.1.1.1")]
    [InlineData("11.1.1.1", "11.1.1.1", "12.1.1.1")] // the first that is refused
    [InlineData("unknown", "unknown")]
    [InlineData("_hidden", "_hidden")]
    [InlineData(null, "10.1.1.1:4711")] // as Azure writes it
    [InlineData(null, "10.1.1.1:0, 10.1.1.1:65535")]
    [InlineData(null, "[2001:db8::1]")] // nodes of RFC 7239, section 6
    [InlineData(null, "[2001:db8::1]:80, [::ffff:10.1.1.1]:80")]
    [InlineData(null, "10.1.1.1:_obf.us-cated")]
    [InlineData(null, "\"10.1.1.1\", \"[2001:db8::1]:4711\"")]
    [InlineData("11.1.1.1:80", "11.1.1.1:80")]
    [InlineData("[2001:db9::1]:80", "[2001:db9::1]:80")]
    [InlineData("10.1.1.1:65536", "10.1.1.1:65536")]
    [InlineData("10.1.1.1:", "10.1.1.1:")]
    [InlineData("10.1.1.1:+80", "10.1.1.1:+80")]
    [InlineData("10.1.1.1:080000", "10.1.1.1:080000")]
    [InlineData("10.1.1.1:_", "10.1.1.1:_")]
    [InlineData("10.1.1.1:_ b", "10.1.1.1:_ b")]
    [InlineData("[10.1.1.1]:80", "[10.1.1.1]:80")]
    [InlineData("[2001:db8::1", "[2001:db8::1")]
    [InlineData("[2001:db8::1]80", "[2001:db8::1]80")]
    [InlineData("[[2001:db8::1]]", "[[2001:db8::1]]")]
    [InlineData("2001:db8::1]", "2001:db8::1]")]
    [InlineData("[]", "[]")]
    [InlineData("\"10.1.1.1", "\"10.1.1.1")]
    [InlineData("010.1.1.1:80", "010.1.1.1:80")]
    [InlineData("010.1.1.1", "010.1.1.1")]
    [InlineData("10.1.1.1 10.1.1.1", "10.1.1.1 10.1.1.1")]
    [InlineData("10.1.1.1;10.1.1.1", "10.1.1.1;10.1.1.1")]
    [InlineData("for=10.1.1.1", "for=10.1.1.1")]
    public void Every_entry_of_every_header_must_match(string? refused, params string[] headers) =>
        Assert.Equal(refused, _inside.FindForbidden(new StringValues(headers), out _));

    [Theory]
    [InlineData("unknown")]
    [InlineData("0")]
    [InlineData("10.1.1.1:80:80")]
    public void Networks_of_all_addresses_hold_nothing_that_is_none(string header) =>
        Assert.Equal(header, new AddressCondition(["0.0.0.0/0", "::/0"]).FindForbidden(header, out _));

    [Theory]
    [InlineData("11.1.1.1")]
    [InlineData("unknown, rubbish")]
    public void The_pattern_for_all_addresses_lets_even_what_is_none_pass(string header) =>
        Assert.Null(_any.FindForbidden(header, out _));

    [Theory]
    [InlineData("11.1.1.1:80", true)]
    [InlineData("unknown", false)]
    [InlineData("_hidden", false)]
    public void An_entry_that_is_not_an_address_is_told_from_an_address_that_is_not_allowed(string header, bool isAddress)
    {
        Assert.NotNull(_inside.FindForbidden(header, out bool told));
        Assert.Equal(isAddress, told);
    }

    [Property(MaxTest = 3000)]
    public Property A_port_brackets_or_quotes_do_not_change_an_address() => ForAll.In(
        from address in Gen.Elements("10.1.1.1", "11.1.1.1", "2001:db8::1", "2001:db9::1", "::ffff:10.9.9.9")
        from port in Gen.Elements("", ":0", ":80", ":65535", ":_x")
        from quote in Gen.Elements("", "\"")
        select (address, node: $"{quote}{(address.Contains(':') ? $"[{address}]" : address)}{port}{quote}"),
        given => (_inside.FindForbidden(given.node, out _) is null) == (_inside.FindForbidden(given.address, out _) is null));

    [Fact]
    public void A_header_without_a_value_is_skipped() =>
        Assert.Equal("11.1.1.1", _inside.FindForbidden(new StringValues([null, "11.1.1.1"]), out _));

    [Property(MaxTest = 3000)]
    public Property No_header_throws_and_none_passes_but_lists_of_allowed_addresses() => ForAll.In(
        Generators.TextOf(["10.1.1.1", "2001:db8::1", "11.1.1.1", ",", ", ", " ", "x", ":", ".", "[", "]", "\"", ":1"], 8),
        header => _inside.FindForbidden(header, out _) is not null
            || header.Split(',').Select(entry => entry.Trim()).All(entry => entry.Length == 0
                || IsInside(FirstGroup(entry, "^\"(.+)\"$")) || IsInside(FirstGroup(entry, "^\"?\\[?(.+?)\\]?(:1+)?\"?$"))));

    private static string FirstGroup(string text, string pattern) => Regex.Replace(text, pattern, "$1", RegexOptions.None, TimeSpan.FromSeconds(5));

    private bool IsInside(string address) => address is "10.1.1.1" or "2001:db8::1" || (IPAddress.TryParse(address, out IPAddress? parsed) && _inside.Allows(parsed));

    // The address that a pattern begins with, those that differ from it by one bit, and each of them mapped.
    private static IPAddress[] Near(string pattern)
    {
        byte[] bytes = IPAddress.Parse(pattern.Replace('*', '7').Split('/')[0]).GetAddressBytes();
        IPAddress[] near = [new(bytes), .. Enumerable.Range(0, bytes.Length * 8).Select(bit => new IPAddress(Flip(bytes, bit)))];
        return [.. near, .. near.Select(address => address.MapToIPv6())];
    }

    private static byte[] Flip(byte[] bytes, int bit) => [.. bytes.Select((octet, index) => index == bit / 8 ? (byte)(octet ^ (0x80 >> (bit % 8))) : octet)];
}
