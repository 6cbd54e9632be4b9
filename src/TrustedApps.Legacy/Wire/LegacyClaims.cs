using System.Globalization;
using TrustedApps.Text;

namespace TrustedApps.Legacy.Wire;

/// <summary>
/// The lines that assertions of older versions are made of: a time stamp and a user name. Reads only what it would
/// write.
/// </summary>
internal static class LegacyClaims
{
    private const int MaxStampDigits = 15;

    public static string Write(long milliseconds, string user)
    {
        if (!UserNameSyntax.IsValid(user))
        {
            throw new ArgumentException(
                "A user name has 1 to 1,024 code points and no control characters.",
                nameof(user)
            );
        }

        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}\n{user}");
    }

    public static string RequireUrl(string url)
    {
        if (url.Length == 0 || url.Any(char.IsControl))
        {
            throw new ArgumentException("The URL is empty or holds a control character.", nameof(url));
        }

        return url;
    }

    /// <summary>Reads exactly a time stamp, LF and a user. Returns what is wrong with the text, or null.</summary>
    public static string? TryRead(ReadOnlySpan<char> text, out long milliseconds, out string user)
    {
        user = "";
        int newline = text.IndexOf('\n');
        if (!TryReadStamp(newline < 0 ? text : text[..newline], out milliseconds))
        {
            return "its time stamp is not 1 to 15 digits";
        }

        if (newline < 0) return "it has no user name";

        user = text[(newline + 1)..].ToString();
        if (UserNameSyntax.IsValid(user)) return null;
        return "its user name is empty, too long, or holds a line break or control character";
    }

    private static bool TryReadStamp(ReadOnlySpan<char> digits, out long milliseconds)
    {
        milliseconds = 0;
        return digits is { Length: > 0 and <= MaxStampDigits }
            && digits[0] != '0'
            && StrictDecimal.TryParse(digits, out milliseconds);
    }
}
