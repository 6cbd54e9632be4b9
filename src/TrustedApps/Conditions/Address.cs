using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using TrustedApps.Text;

namespace TrustedApps.Conditions;

/// <summary>Reads addresses in their canonical spelling only, so that one address has one text.</summary>
internal static class Address
{
    private const int MaxLength = 45; // characters of the longest IPv6 address with an embedded IPv4 one

    private static readonly SearchValues<char> _ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool TryParse(ReadOnlySpan<char> text, out UInt128 value, out bool isIPv4)
    {
        isIPv4 = TryParseIPv4(text, out uint ipv4);
        if (isIPv4)
        {
            value = ipv4;
            return true;
        }

        value = default;
        if (text.Length > MaxLength || !text.Contains(':')) return false;
        if (text.ContainsAnyExcept(_ipv6Characters)) return false; // no scope, no brackets, no port
        if (text.Contains('.') && !TryParseIPv4(text[(text.LastIndexOf(':') + 1)..], out _)) return false;
        if (!IPAddress.TryParse(text, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        (value, isIPv4) = Unwrap(address);
        return true;
    }

    /// <summary>The number behind an address; an IPv4-mapped IPv6 address is its IPv4 one.</summary>
    public static (UInt128 Value, bool IsIPv4) Unwrap(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        if (length == 4) return (BinaryPrimitives.ReadUInt32BigEndian(bytes), true);
        return address.IsIPv4MappedToIPv6
            ? (BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), true)
            : (BinaryPrimitives.ReadUInt128BigEndian(bytes), false);
    }

    /// <summary>Four decimal octets without leading zeros; "*" for an octet only where a mask is asked for.</summary>
    public static bool TryParseIPv4(ReadOnlySpan<char> text, out uint value) =>
        TryParseIPv4(text, allowWildcards: false, out value, out _);

    public static bool TryParseIPv4(ReadOnlySpan<char> text, bool allowWildcards, out uint value, out uint mask)
    {
        (value, mask) = (0, 0);
        if (text.Length > 15) return false;

        Span<Range> octets = stackalloc Range[5];
        if (text.Split(octets, '.') != 4) return false;
        foreach (Range range in octets[..4])
        {
            ReadOnlySpan<char> octet = text[range];
            bool isWildcard = allowWildcards && octet is "*";
            long number = 0;
            if (!isWildcard && !TryParseOctet(octet, out number)) return false;
            value = (value << 8) | (uint)number;
            mask = (mask << 8) | (isWildcard ? 0u : 0xFFu);
        }

        return true;
    }

    private static bool TryParseOctet(ReadOnlySpan<char> text, out long octet) =>
        StrictDecimal.TryParse(text, out octet)
        && octet <= 255
        && (text.Length == 1 || text[0] != '0');
}
