using System.Globalization;
using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class PrintableCharactersTests
{
    [Theory]
    [InlineData(' ')]
    [InlineData('~')]
    [InlineData(0x00A0)] // a blank that has a width
    [InlineData(0x00EB)]
    [InlineData(0x0301)] // a combining accent
    [InlineData(0x4E2D)]
    [InlineData(0x1F600)]
    [InlineData(0x20000)]
    [InlineData(0xFFFD)]
    public void Characters_that_can_be_seen_are_printable(int character) => Assert.True(PrintableCharacters.Contains(new Rune(character)));

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x001B)]
    [InlineData(0x007F)]
    [InlineData(0x0085)]
    [InlineData(0x00AD)] // soft hyphen
    [InlineData(0x061C)]
    [InlineData(0x200B)]
    [InlineData(0x200E)]
    [InlineData(0x2028)]
    [InlineData(0x2029)]
    [InlineData(0x202E)]
    [InlineData(0x2066)]
    [InlineData(0xFEFF)]
    [InlineData(0xE0041)] // a tag
    [InlineData(0xE000)] // private use
    [InlineData(0xF0000)]
    [InlineData(0x10FFFD)]
    [InlineData(0x0378)] // unassigned
    [InlineData(0xFFFF)] // never assigned
    [InlineData(0x10FFFF)]
    [InlineData(0x034F)] // letters and marks without a shape
    [InlineData(0x115F)]
    [InlineData(0x1160)]
    [InlineData(0x17B4)]
    [InlineData(0x180B)]
    [InlineData(0x180F)]
    [InlineData(0x2800)]
    [InlineData(0x3164)]
    [InlineData(0xFE0F)]
    [InlineData(0xFFA0)]
    [InlineData(0xE01EF)]
    public void Characters_that_hide_or_reorder_or_mean_nothing_known_are_not(int character) => Assert.False(PrintableCharacters.Contains(new Rune(character)));

    [Fact]
    public void No_character_of_these_categories_is_printable()
    {
        UnicodeCategory[] hidden = [UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator, UnicodeCategory.PrivateUse, UnicodeCategory.OtherNotAssigned];
        for (int character = 0; character <= 0x10FFFF; character++)
        {
            if (!Rune.TryCreate(character, out Rune rune)) continue;
            if (PrintableCharacters.Contains(rune)) Assert.DoesNotContain(Rune.GetUnicodeCategory(rune), hidden);
        }
    }
}
