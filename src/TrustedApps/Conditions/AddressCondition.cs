using System.Net;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Conditions;

/// <summary>Which addresses a trusted application may send from.</summary>
internal sealed class AddressCondition
{
    private readonly AddressPattern[] _patterns;
    private readonly bool _allowsAny;

    public AddressCondition(IEnumerable<string> patterns)
    {
        _patterns = [.. patterns.Select(AddressPattern.Parse)];
        if (_patterns.Length == 0) throw new ArgumentException("A trust needs at least one address pattern: say * to allow every address.");
        _allowsAny = _patterns.Any(pattern => pattern.IsAny);
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
        foreach (AddressPattern pattern in _patterns)
        {
            if (pattern.Matches(value, isIPv4)) return true;
        }

        return false;
    }
}
