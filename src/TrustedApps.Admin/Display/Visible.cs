using System.Text;

namespace TrustedApps.Admin.Display;

/// <summary>Text of strangers, with everything made visible that would hide something or change the order of what stands around it.</summary>
internal static class Visible
{
    public static string Text(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var visible = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // a lone surrogate comes as U+FFFD
        {
            if (IsPlain(rune)) visible.Append(rune);
            else visible.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
        }

        return visible.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
