namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// The name of a header or cookie, and how else it could be spelled so that some application behind takes it for the
/// same: in other case, or with any other character for <c>-</c>, as CGI (RFC 3875 section 4.1.18) and PHP do.
/// </summary>
internal sealed class HeaderNameMatcher(string name)
{
    public string Text => name;

    public bool IsExactly(ReadOnlySpan<char> other) => other.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a name is this one in any spelling, the exact one included.</summary>
    public bool IsSpelledAs(ReadOnlySpan<char> other)
    {
        if (other.Length != name.Length) return false;
        for (int index = 0; index < other.Length; index++)
        {
            if (Fold(other[index]) != Fold(name[index])) return false;
        }

        return true;
    }

    private static char Fold(char character) => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '_';
}
