using System.Globalization;
using System.Text;

namespace TrustedApps.Text;

/// <summary>Text of strangers, made fit for one line of a log.</summary>
internal static class LogSanitizer
{
    private const int MaxLength = 200; // characters

    public static string Sanitize(string? text)
    {
        if (text is null) return "";
        ReadOnlySpan<char> shown = text.AsSpan(0, Math.Min(text.Length, MaxLength));
        if (text.Length <= MaxLength && !NeedsReplacing(shown)) return text;

        var printable = new StringBuilder(shown.Length + 1);
        foreach (char character in shown) printable.Append(IsPlain(character) ? character : '?');
        if (text.Length > MaxLength) printable.Append('…');
        return printable.ToString();
    }

    public static string ToAscii(string text) =>
        string.Concat(text.Take(MaxLength).Select(character => character is >= ' ' and <= '~' ? character : '?'));

    private static bool NeedsReplacing(ReadOnlySpan<char> text)
    {
        foreach (char character in text)
        {
            if (!IsPlain(character)) return true;
        }

        return false;
    }

    // No line breaks of any kind, and nothing that makes a terminal show text in another order.
    private static bool IsPlain(char character) => char.GetUnicodeCategory(character)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
