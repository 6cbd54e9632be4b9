using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class LogSanitizerTests
{
    [Fact]
    public void Plain_text_stays_the_same_object()
    {
        string text = new('a', 200);
        Assert.Same(text, LogSanitizer.Sanitize(text));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("Zoë 中 ~", "Zoë 中 ~")]
    [InlineData("a\r\nb", "a??b")]
    [InlineData("a\tb\0c\u001B[2Jd", "a?b?c?[2Jd")]
    [InlineData("a\u007Fb\u0085c", "a?b?c")]
    [InlineData("a\u2028b\u2029c", "a?b?c")] // line breaks that are no controls
    [InlineData("a\u202Eb\u2066c\u200Fd\uFEFFe", "a?b?c?d?e")] // another order on the screen, or nothing at all
    [InlineData("a\uE000b\u0378c\u3164d\uFE0Fe", "a?b?c?d?e")] // private use, unassigned, and letters without a shape
    [InlineData("a\U000F0000b\U000E0041c\U000E0100d", "a?b?c?d")] // one mark for each, beyond the first plane as well
    [InlineData("\U0001F600 \U00020000", "\U0001F600 \U00020000")]
    public void What_could_break_a_line_or_change_its_order_is_replaced(string? text, string expected) =>
        Assert.Equal(expected, LogSanitizer.Sanitize(text));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced()
    {
        Assert.Equal("a?b", LogSanitizer.Sanitize("a\uD800b"));
        Assert.Equal("a?", LogSanitizer.Sanitize("a\uDE00"));
        Assert.Equal("?\U0001F600?", LogSanitizer.Sanitize("\uD83D\U0001F600\uD83D"));
    }

    [Fact]
    public void Cutting_does_not_split_a_surrogate_pair()
    {
        Assert.Equal(new string('a', 199) + "…", LogSanitizer.Sanitize(new string('a', 199) + "\U0001F600"));
        Assert.Equal(new string('a', 198) + "\U0001F600…", LogSanitizer.Sanitize(new string('a', 198) + "\U0001F600b"));
    }

    [Fact]
    public void Long_text_is_cut_and_says_so()
    {
        Assert.Equal(new string('a', 200) + "…", LogSanitizer.Sanitize(new string('a', 201)));
        Assert.Equal(new string('?', 200) + "…", LogSanitizer.Sanitize(new string('\n', 10_000)));
    }

    [Fact]
    public void Replacing_reaches_the_last_character_shown() =>
        Assert.Equal(new string('a', 199) + "?", LogSanitizer.Sanitize(new string('a', 199) + "\n"));

    [Property]
    public Property No_text_shows_more_than_201_characters_or_a_line_break() => ForAll.In(
        Generators.TextOf(Generators.AnyCharacter, 300),
        text => LogSanitizer.Sanitize(text) is { Length: <= 201 } shown && !shown.Any(char.IsControl) && Runes(shown).All(rune => rune is { } known && PrintableCharacters.Contains(known)));

    [Property]
    public Property Ascii_is_printable_and_at_most_200_characters_long() => ForAll.In(
        Generators.TextOf(Generators.AnyCharacter, 300),
        text => LogSanitizer.ToAscii(text) is { Length: <= 200 } shown && shown.All(character => character is >= ' ' and <= '~'));

    [Theory]
    [InlineData("", "")]
    [InlineData(" plain ~", " plain ~")]
    [InlineData("Zoë\r\n\u007F", "Zo????")]
    public void Ascii_replaces_everything_else(string text, string expected) => Assert.Equal(expected, LogSanitizer.ToAscii(text));

    // Null for half a surrogate pair.
    private static IEnumerable<Rune?> Runes(string text)
    {
        for (int at = 0; at < text.Length; at += Rune.TryGetRuneAt(text, at, out Rune rune) ? rune.Utf16SequenceLength : 1)
        {
            yield return Rune.TryGetRuneAt(text, at, out Rune found) ? found : null;
        }
    }
}
