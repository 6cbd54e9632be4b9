using System.Net;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class AddressPatternTests
{
    private static readonly Gen<IPAddress> _addresses = Gen.OneOf(
        Gen.ArrayOf(Gen.Elements<byte>(0, 1, 10, 127, 128, 255), 4),
        Gen.ArrayOf(Gen.Elements<byte>(0, 0, 1, 128, 254, 255), 16)).Select(bytes => new IPAddress(bytes));

    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7", true)]
    [InlineData("10.0.0.7", "10.0.0.8", false)]
    [InlineData("10.0.0.7", "::ffff:10.0.0.7", true)] // as a dual-stack socket shows it
    [InlineData("10.0.0.7", "::10.0.0.7", false)]
    [InlineData("::ffff:10.0.0.7", "10.0.0.7", true)]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("10.1.2.3/8", "10.9.9.9", true)] // host bits are ignored
    [InlineData("10.1.2.3/31", "10.1.2.2", true)]
    [InlineData("10.1.2.3/31", "10.1.2.4", false)]
    [InlineData("10.1.2.3/32", "10.1.2.3", true)]
    [InlineData("10.1.2.3/32", "10.1.2.2", false)]
    [InlineData("10.1.2.3/0", "192.0.2.1", true)]
    [InlineData("0.0.0.0/0", "::1", false)] // every IPv4 address is no IPv6 address
    [InlineData("0.0.0.0/0", "::", false)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("2001:db8::5/126", "2001:db8::7", true)]
    [InlineData("2001:db8::5/126", "2001:db8::8", false)]
    [InlineData("2001:db8::5/128", "2001:db8::5", true)]
    [InlineData("2001:db8::5/128", "2001:db8::4", false)]
    [InlineData("2001:DB8:0:0::5", "2001:db8::5", true)]
    [InlineData("::1", "0.0.0.1", false)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3", true)] // bits of the IPv6 form
    [InlineData("::ffff:10.0.0.0/104", "11.1.2.3", false)]
    [InlineData("::ffff:0:0/96", "192.0.2.1", true)]
    [InlineData("::ffff:10.0.0.7/128", "10.0.0.7", true)]
    [InlineData("::ffff:10.0.0.7/128", "10.0.0.6", false)]
    [InlineData("10.*.0.1", "10.99.0.1", true)]
    [InlineData("10.*.0.1", "10.99.0.2", false)]
    [InlineData("10.*.0.1", "10.99.1.1", false)]
    [InlineData("*.*.*.1", "192.0.2.1", true)]
    [InlineData("*.*.*.*", "192.0.2.1", true)]
    [InlineData("*.*.*.*", "2001:db8::1", false)]
    [InlineData("10.0.0.*", "::ffff:10.0.0.9", true)]
    [InlineData("*", "192.0.2.1", true)]
    [InlineData("*", "2001:db8::1", true)]
    [InlineData("fe80::1", "fe80::1%3", true)]
    public void A_pattern_matches_its_addresses(string pattern, string address, bool matches) =>
        Assert.Equal(matches, AddressPattern.Parse(pattern).Matches(IPAddress.Parse(address)));

    [Theory]
    [InlineData("", 1)]
    [InlineData("**", 1)]
    [InlineData(" *", 1)]
    [InlineData("10.0.0", 1)]
    [InlineData("10.0.0.1 ", 1)]
    [InlineData("010.0.0.1", 1)]
    [InlineData("10.0.0.1.", 1)]
    [InlineData("10.0.0.256", 1)]
    [InlineData("10.0.0.1*", 1)]
    [InlineData("10.0.0.**", 1)]
    [InlineData("10.0.0.*/24", 1)]
    [InlineData("::ffff:10.0.0.*", 1)]
    [InlineData("2001:db8:*::", 1)]
    [InlineData("fe80::1%3", 1)]
    [InlineData("[::1]", 1)]
    [InlineData("localhost", 1)]
    [InlineData("/8", 1)]
    [InlineData("10.0.0.0/", 10)]
    [InlineData("10.0.0.0/33", 10)]
    [InlineData("10.0.0.0/08", 10)]
    [InlineData("10.0.0.0/00", 10)]
    [InlineData("10.0.0.0/-1", 10)]
    [InlineData("10.0.0.0/+8", 10)]
    [InlineData("10.0.0.0/8 ", 10)]
    [InlineData("10.0.0.0/8\0", 10)]
    [InlineData("10.0.0.0/8/8", 10)]
    [InlineData("10.0.0.0/255.0.0.0", 10)]
    [InlineData("10.0.0.0/99999999999999999999", 10)]
    [InlineData("10.0.0.0/4294967296", 10)]
    [InlineData("::/129", 4)]
    [InlineData("::ffff:10.0.0.0/95", 17)] // would be more than IPv4
    [InlineData("::ffff:10.0.0.0/8", 17)]
    [InlineData("::ffff:10.0.0.0/129", 17)]
    public void A_bad_pattern_is_reported_with_its_position(string pattern, int position)
    {
        var refused = Assert.Throws<ArgumentException>(() => AddressPattern.Parse(pattern));
        Assert.Contains($"'{pattern}' is bad at position {position}:", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.0/33", "a prefix length of 0 to 32")]
    [InlineData("::/129", "a prefix length of 0 to 128")]
    [InlineData("::ffff:10.0.0.0/95", "a prefix length of 96 to 128")]
    public void A_bad_prefix_length_is_reported_with_those_that_are_good(string pattern, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => AddressPattern.Parse(pattern)).Message, StringComparison.Ordinal);

    [Fact]
    public void No_pattern_at_all_is_a_mistake() => Assert.Throws<ArgumentNullException>(() => AddressPattern.Parse(null!));

    [Property]
    public Property The_text_of_an_address_is_a_pattern_for_it_and_for_no_other() => ForAll.In(
        from one in _addresses from other in _addresses select (one, other),
        pair => AddressPattern.Parse(pair.one.ToString()).Matches(pair.one)
            && AddressPattern.Parse(pair.one.ToString()).Matches(pair.other) == pair.one.Equals(pair.other));

    [Property(MaxTest = 2000)]
    public Property A_network_holds_the_addresses_that_begin_with_its_bits() => ForAll.In(
        from network in _addresses
        from address in _addresses
        from length in Gen.Choose(0, 8 * network.GetAddressBytes().Length)
        select (network, address, length),
        given => AddressPattern.Parse($"{given.network}/{given.length}").Matches(given.address)
            == (given.network.AddressFamily == given.address.AddressFamily
                && Bits(given.network)[..given.length] == Bits(given.address)[..given.length]));

    [Property(MaxTest = 5000)]
    public Property Whatever_the_pattern_it_is_read_or_refused_as_a_mistake_of_the_caller() => ForAll.In(
        Generators.TextOf(["*", ".", "/", ":", "::", "0", "10", "255", "256", "ffff", "1.2.3.4", "%", " ", "-", "\0", "é"], 10),
        pattern =>
        {
            Exception? thrown = Record.Exception(() => AddressPattern.Parse(pattern));
            return thrown is null or ArgumentException;
        });

    private static string Bits(IPAddress address) =>
        string.Concat(address.GetAddressBytes().Select(octet => octet.ToString("b8", CultureInfo.InvariantCulture)));
}
