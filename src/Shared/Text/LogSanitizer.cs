using System.Text;

namespace TrustedApps.Text;

/// <summary>Makes text from outside fit for one line of a log.</summary>
internal static class LogSanitizer
{
    private const int MaxLength = 200; // characters

    /// <summary>
    /// Replaces every character that is not printable by a question mark, and cuts text of more than 200 characters.
    /// </summary>
    public static string Sanitize(string? text)
    {
        if (text is null) return "";
        ReadOnlySpan<char> shown = text.AsSpan(0, Math.Min(text.Length, MaxLength));
        if (shown.Length < text.Length && char.IsHighSurrogate(shown[^1])) shown = shown[..^1];
        if (shown.Length == text.Length && IsPrintable(shown)) return text;

        var printable = new StringBuilder(shown.Length + 1);
        while (!shown.IsEmpty)
        {
            bool isRune =
                Rune.DecodeFromUtf16(shown, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (isRune && PrintableCharacters.Contains(rune)) printable.Append(shown[..length]);
            else printable.Append('?');
            shown = shown[length..];
        }

        if (text.Length > MaxLength) printable.Append('…');
        return printable.ToString();
    }

    /// <summary>
    /// Replaces every character but printable ASCII by a question mark, and cuts text after 200 characters.
    /// </summary>
    public static string ToAscii(string text) =>
        string.Concat(text.Take(MaxLength).Select(character => character is >= ' ' and <= '~' ? character : '?'));

    private static bool IsPrintable(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out Rune rune, out int length) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            if (!PrintableCharacters.Contains(rune)) return false;
            text = text[length..];
        }

        return true;
    }
}
