using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Conditions;

/// <summary>The addresses that a trusted application may send from.</summary>
internal sealed class AddressCondition
{
    // Patterns of one mask are one look-up; there are 129 masks at most of IPv6, and 48 of IPv4.
    private readonly (bool IsIPv4, UInt128 Mask, FrozenSet<UInt128> Values)[] _networks;
    private readonly bool _allowsAny;

    public AddressCondition(IEnumerable<string> patterns)
    {
        AddressPattern[] parsed = [.. patterns.Select(AddressPattern.Parse)];
        if (parsed.Length == 0) throw new ArgumentException("A trust needs at least one address pattern: say * to allow every address.");
        _allowsAny = parsed.Any(pattern => pattern.IsAny);
        _networks =
        [
            .. from pattern in parsed
               group pattern.Value by (pattern.IsIPv4, pattern.Mask) into network
               select (network.Key.IsIPv4, network.Key.Mask, network.ToFrozenSet()),
        ];
    }

    public bool Allows(IPAddress? address)
    {
        if (_allowsAny) return true;
        if (address is null) return false;
        (UInt128 value, bool isIPv4) = Address.Unwrap(address);
        return Allows(value, isIPv4);
    }

    /// <summary>Finds the first entry of X-Forwarded-For that is not allowed, or null.</summary>
    public string? FindForbidden(StringValues forwardedFor)
    {
        if (_allowsAny) return null;
        foreach (string? header in forwardedFor)
        {
            foreach (Range range in header.AsSpan().Split(','))
            {
                ReadOnlySpan<char> entry = header.AsSpan(range).Trim();
                if (entry.IsEmpty) continue;
                if (!Address.TryParse(entry, out UInt128 value, out bool isIPv4) || !Allows(value, isIPv4)) return entry.ToString();
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
