using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Admin.Display;

/// <summary>
/// Makes every character of text from outside visible, and keeps it from changing the order of other text.
/// </summary>
internal static class Visible
{
    public static string Text(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var visible = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // a lone surrogate is U+FFFD here
        {
            if (PrintableCharacters.Contains(rune)) visible.Append(rune);
            else visible.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
        }

        return visible.ToString();
    }
}
