using System.Net;
using TrustedApps.Text;

namespace TrustedApps.Conditions;

/// <summary>
/// One pattern of addresses: an IPv4 or IPv6 address, a network in CIDR notation, IPv4 with * for an octet, or * for
/// any.
/// </summary>
internal sealed class AddressPattern
{
    private AddressPattern(bool isIPv4, UInt128 value, UInt128 mask, bool isAny = false) =>
        (IsIPv4, Value, Mask, IsAny) = (isIPv4, value & mask, mask, isAny);

    public bool IsAny { get; }

    public bool IsIPv4 { get; }

    /// <summary>The bits that matching addresses have in common.</summary>
    public UInt128 Value { get; }

    /// <summary>The mask of those bits.</summary>
    public UInt128 Mask { get; }

    /// <summary>Whether every address, or every IPv4 or IPv6 address, matches.</summary>
    public bool CoversEverything => Mask == 0;

    public static AddressPattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern == "*") return new AddressPattern(isIPv4: false, 0, 0, isAny: true);
        if (Address.TryParseIPv4(pattern, allowWildcards: true, out uint octets, out uint octetMask))
        {
            return new AddressPattern(isIPv4: true, octets, octetMask);
        }

        int slash = pattern.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> address = slash < 0 ? pattern : pattern.AsSpan(0, slash);
        if (!Address.TryParse(address, out UInt128 value, out bool isIPv4))
        {
            throw PatternText.Bad(
                "Address pattern",
                pattern,
                0,
                "expected an IPv4 or IPv6 address without leading zeros, a CIDR network, IPv4 with * for octets, or * alone."
            );
        }

        if (slash < 0) return new AddressPattern(isIPv4, value, UInt128.MaxValue);
        return ParseNetwork(pattern, slash, value, isIPv4);
    }

    public bool Matches(UInt128 value, bool isIPv4) =>
        IsAny || (isIPv4 == IsIPv4 && (value & Mask) == Value);

    public bool Matches(IPAddress address)
    {
        (UInt128 value, bool isIPv4) = Address.Unwrap(address);
        return Matches(value, isIPv4);
    }

    private static AddressPattern ParseNetwork(string pattern, int slash, UInt128 value, bool isIPv4)
    {
        ReadOnlySpan<char> prefix = pattern.AsSpan(slash + 1);
        // A mapped network counts bits of the IPv6 form: ::ffff:10.0.0.0/104 is 10.0.0.0/8.
        bool isMapped = isIPv4 && pattern.Contains(':', StringComparison.Ordinal);
        int bits = isIPv4 && !isMapped ? 32 : 128;
        bool isNumber = StrictDecimal.TryParse(prefix, out long length)
            && (prefix.Length == 1 || prefix[0] != '0');
        if (!isNumber || length > bits || (isMapped && length < 96))
        {
            throw PatternText.Bad(
                "Address pattern",
                pattern,
                slash + 1,
                $"expected a prefix length of {(isMapped ? 96 : 0)} to {bits} without leading zeros."
            );
        }

        if (isMapped) (bits, length) = (32, length - 96);
        UInt128 mask = length == 0 ? 0 : UInt128.MaxValue << (bits - (int)length);
        return new AddressPattern(isIPv4, value, mask);
    }
}
