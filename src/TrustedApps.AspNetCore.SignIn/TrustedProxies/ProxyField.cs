using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// A header or cookie that a trusted proxy sends. Some applications read other spellings of its name as the same name:
/// in other case, or with any other character for <c>-</c>, as CGI (RFC 3875, section 4.1.18) and PHP do.
/// </summary>
internal abstract class ProxyField(string name)
{
    public string Name => name;

    /// <summary>Finds the field in a request.</summary>
    public abstract ProxyFieldValue Find(IHeaderDictionary headers);

    /// <summary>Removes the field in every spelling.</summary>
    public abstract void Remove(IHeaderDictionary headers);

    /// <summary>Whether a name is this one in any spelling, the exact one included.</summary>
    public bool IsSpelledAs(ReadOnlySpan<char> other) => AreSpellings(name, other);

    public static bool AreSpellings(ReadOnlySpan<char> name, ReadOnlySpan<char> other)
    {
        if (other.Length != name.Length) return false;
        for (int index = 0; index < other.Length; index++)
        {
            if (Fold(other[index]) != Fold(name[index])) return false;
        }

        return true;
    }

    private static char Fold(char character) =>
        char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '_';
}

/// <summary>A field as a request holds it.</summary>
/// <param name="IsPresent">Whether the request holds the field in any spelling.</param>
/// <param name="Text">The value; null if the field is absent or cannot be used.</param>
/// <param name="Problem">The reason why the request must be rejected; null if there is none.</param>
internal readonly record struct ProxyFieldValue(bool IsPresent, string? Text, string? Problem);
