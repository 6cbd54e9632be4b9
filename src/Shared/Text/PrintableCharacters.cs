using System.Globalization;
using System.Text;

namespace TrustedApps.Text;

// No XML comments here: this file is compiled into several assemblies, and the OpenAPI generator of one that references
// the others would find each comment twice.

// The table of characters that logs, the tool and the pages show as they are. All others are replaced or escaped: they
// break lines, move the cursor, change the order of other text, or are not visible. Private use and unassigned code
// points are not printable on purpose: no font is known to show them, and a terminal may give them any meaning. What is
// unassigned depends on the Unicode version of the runtime.
internal static class PrintableCharacters
{
    public static bool Contains(Rune rune) =>
        rune.IsAscii
            ? rune.Value is >= ' ' and <= '~'
            : Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.Surrogate
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
                )
                && !IsInvisible(rune.Value);

    // Letters and marks that have no shape (Unicode's Default_Ignorable_Code_Point, outside of the categories above,
    // and the empty Braille pattern): "admin" with one of them looks like "admin".
    private static bool IsInvisible(int character) =>
        character
            is 0x034F
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180D)
                or 0x180F
                or 0x2800
                or 0x3164
                or (>= 0xFE00 and <= 0xFE0F)
                or 0xFFA0
                or (>= 0xE0100 and <= 0xE01EF);
}
