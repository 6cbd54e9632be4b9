namespace TrustedApps.Tool.Tests;

public sealed class ScreenTests
{
    [Property]
    public Property Plain_text_has_no_control_or_format_characters_and_keeps_the_rest() => Prop.ForAll(
        ArbMap.Default.ArbFor<string>().Filter(text => text is not null),
        text =>
        {
            string plain = ConsoleOutput.ToPlain(text);
            Assert.DoesNotContain(plain, character => char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format);
            Assert.Equal(plain, ConsoleOutput.ToPlain(plain));
        });

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("zo\u00EB \U0001F600", "zo\u00EB \U0001F600")]
    [InlineData("a\u001B[2Jb", "a?[2Jb")]
    [InlineData("a\r\n\tb", "a   b")]
    [InlineData("a\u2028\u2029b", "a  b")]
    [InlineData("a\u202Eb\u200Fc", "a?b?c")]
    public void Plain_text_is_what_it_says(string text, string plain) => Assert.Equal(plain, ConsoleOutput.ToPlain(text));
}
