using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Conditions;

/// <summary>A list of address patterns (specification legacy.md, section 4), parsed once. Immutable.</summary>
public sealed class AddressCondition
{
    // Patterns of one mask are one look-up; there are 129 masks at most of IPv6, and 48 of IPv4.
    private readonly (bool IsIPv4, UInt128 Mask, FrozenSet<UInt128> Values)[] _networks;
    private readonly bool _allowsAny;

    /// <summary>Parses patterns.</summary>
    /// <param name="patterns">
    /// At least one: an IPv4 or IPv6 address, a network in CIDR notation, IPv4 with <c>*</c> for octets, or <c>*</c>
    /// alone.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no pattern, or one is malformed. The message names the position.
    /// </exception>
    public AddressCondition(IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        AddressPattern[] parsed = [.. patterns.Select(AddressPattern.Parse)];
        if (parsed.Length == 0)
        {
            throw new ArgumentException("At least one address pattern is required. Name the addresses or networks from which the application sends, such as 10.1.0.0/16.");
        }

        _allowsAny = parsed.Any(pattern => pattern.IsAny);
        CoversEverything = parsed.Any(pattern => pattern.CoversEverything);
        _networks =
        [
            .. from pattern in parsed
               group pattern.Value by (pattern.IsIPv4, pattern.Mask) into network
               select (network.Key.IsIPv4, network.Key.Mask, network.ToFrozenSet()),
        ];
    }

    /// <summary>Whether every address, every IPv4 address or every IPv6 address matches one of the patterns.</summary>
    public bool CoversEverything { get; }

    /// <summary>
    /// Returns whether an address matches one of the patterns. An IPv4-mapped IPv6 address is its IPv4 address.
    /// </summary>
    /// <param name="address">The address; null matches <c>*</c> only.</param>
    /// <returns>Whether it matches.</returns>
    public bool Allows(IPAddress? address)
    {
        if (_allowsAny) return true;
        if (address is null) return false;
        (UInt128 value, bool isIPv4) = Address.Unwrap(address);
        return Allows(value, isIPv4);
    }

    /// <summary>
    /// Finds the first entry of X-Forwarded-For that is not allowed, or null, and whether it names an address.
    /// </summary>
    internal string? FindForbidden(StringValues forwardedFor, out bool isAddress)
    {
        isAddress = false;
        if (_allowsAny) return null;
        foreach (string? header in forwardedFor)
        {
            foreach (Range range in header.AsSpan().Split(','))
            {
                ReadOnlySpan<char> entry = header.AsSpan(range).Trim();
                if (entry.IsEmpty) continue;
                isAddress = ForwardedNode.TryParse(entry, out UInt128 value, out bool isIPv4);
                if (!isAddress || !Allows(value, isIPv4)) return entry.ToString();
            }
        }

        return null;
    }

    private bool Allows(UInt128 value, bool isIPv4)
    {
        foreach ((bool IsIPv4, UInt128 Mask, FrozenSet<UInt128> Values) network in _networks)
        {
            if (network.IsIPv4 == isIPv4 && network.Values.Contains(value & network.Mask)) return true;
        }

        return false;
    }
}
