using System.Buffers;

namespace TrustedApps.Text;

/// <summary>
/// The rules for application ids: 1 to 255 characters without control characters; fewer under version 4. Compared
/// exactly.
/// </summary>
internal static class ApplicationIdSyntax
{
    private const int MaxLength = 255; // UTF-16 code units
    private const int MaxVersion4Length = 128;

    private static readonly SearchValues<char> _version4Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    public static bool IsValid(ReadOnlySpan<char> id)
    {
        if (id.IsEmpty || id.Length > MaxLength) return false;
        foreach (char character in id)
        {
            if (char.IsControl(character)) return false;
        }

        return !id.ContainsOnlyBlanks();
    }

    /// <summary>The rule of specification version-4.md, section 1.</summary>
    public static bool IsForVersion4(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxVersion4Length && !id.ContainsAnyExcept(_version4Characters);

    public static string Require(string? id, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(id, parameterName);
        return IsValid(id)
            ? id
            : throw new ArgumentException(
                "An application id is 1 to 255 characters without control characters, and not only spaces.",
                parameterName
            );
    }

    // Blank as headers have it: empty, or spaces and tabs only.
    public static bool ContainsOnlyBlanks(this ReadOnlySpan<char> text) => !text.ContainsAnyExcept(' ', '\t');
}
