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
    public void What_could_break_a_line_or_change_its_order_is_replaced(string? text, string expected) =>
        Assert.Equal(expected, LogSanitizer.Sanitize(text));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("a?b", LogSanitizer.Sanitize("a\uD800b"));

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
        text => LogSanitizer.Sanitize(text) is { Length: <= 201 } shown && !shown.Any(char.IsControl) && !shown.Any(char.IsSurrogate));

    [Property]
    public Property Ascii_is_printable_and_at_most_200_characters_long() => ForAll.In(
        Generators.TextOf(Generators.AnyCharacter, 300),
        text => LogSanitizer.ToAscii(text) is { Length: <= 200 } shown && shown.All(character => character is >= ' ' and <= '~'));

    [Theory]
    [InlineData("", "")]
    [InlineData(" plain ~", " plain ~")]
    [InlineData("Zoë\r\n\u007F", "Zo????")]
    public void Ascii_replaces_everything_else(string text, string expected) => Assert.Equal(expected, LogSanitizer.ToAscii(text));
}
