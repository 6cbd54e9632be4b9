namespace TrustedApps;

/// <summary>The rule for application ids: 1 to 255 characters without control characters, compared exactly.</summary>
internal static class ApplicationId
{
    private const int MaxLength = 255; // UTF-16 code units

    public static bool IsValid(ReadOnlySpan<char> id)
    {
        if (id.IsEmpty || id.Length > MaxLength) return false;
        foreach (char character in id)
        {
            if (char.IsControl(character)) return false;
        }

        return !id.ContainsOnlyBlanks();
    }

    public static string Require(string? id, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(id, parameterName);
        return IsValid(id)
            ? id
            : throw new ArgumentException("An application id is 1 to 255 characters without control characters, and not only spaces.", parameterName);
    }

    // Blank as headers have it: empty, or spaces and tabs only.
    public static bool ContainsOnlyBlanks(this ReadOnlySpan<char> text) => !text.ContainsAnyExcept(' ', '\t');
}
