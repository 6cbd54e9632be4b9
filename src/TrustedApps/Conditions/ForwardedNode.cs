using TrustedApps.Text;

namespace TrustedApps.Conditions;

/// <summary>
/// Reads an entry of X-Forwarded-For as proxies write it: an address, or a node of RFC 7239, section 6, with port,
/// brackets or quotes. The address itself is read as strictly as a pattern's.
/// </summary>
internal static class ForwardedNode
{
    /// <summary>
    /// Returns whether the entry names an address; <c>unknown</c> and obfuscated names (<c>_hidden</c>) do not.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> node, out UInt128 value, out bool isIPv4)
    {
        if (node is ['"', .. var quoted, '"']) node = quoted;
        (value, isIPv4) = (default, false);
        if (node is ['[', ..])
        {
            int end = node.IndexOf(']');
            return end > 0
                && node[1..end].Contains(':')
                && IsPort(node[(end + 1)..])
                && Address.TryParse(node[1..end], out value, out isIPv4);
        }

        int colon = node.IndexOf(':');
        bool hasPort = colon >= 0 && colon == node.LastIndexOf(':'); // an IPv6 address has two or more
        if (!hasPort) return Address.TryParse(node, out value, out isIPv4);
        return IsPort(node[colon..]) && Address.TryParse(node[..colon], out value, out isIPv4);
    }

    private static bool IsPort(ReadOnlySpan<char> port)
    {
        if (port.IsEmpty) return true;
        if (port is not [':', .. var digits]) return false;
        if (digits is ['_', _, ..]) return IsObfuscated(digits[1..]);
        return digits.Length is >= 1 and <= 5 && StrictDecimal.TryParse(digits, out long number) && number <= 65_535;
    }

    private static bool IsObfuscated(ReadOnlySpan<char> name)
    {
        foreach (char character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or '-')) return false;
        }

        return true;
    }
}
