using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class ApplicationIdSyntaxTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("wiki:8731")]
    [InlineData("Zoë's wiki")]
    [InlineData(" wiki ")]
    [InlineData("wiki\u2028")]
    public void Most_texts_are_an_application_id(string id)
    {
        Assert.True(ApplicationIdSyntax.IsValid(id));
        Assert.Same(id, ApplicationIdSyntax.Require(id, "id"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("   ")]
    [InlineData("\t")]
    [InlineData("wi\nki")]
    [InlineData("wiki\r")]
    [InlineData("\0wiki")]
    [InlineData("wi\u007Fki")]
    [InlineData("wi\u0085ki")]
    public void Blanks_and_control_characters_are_none(string id)
    {
        Assert.False(ApplicationIdSyntax.IsValid(id));
        Assert.Throws<ArgumentException>("parameter", () => ApplicationIdSyntax.Require(id, "parameter"));
    }

    [Fact]
    public void An_id_has_at_most_255_characters()
    {
        Assert.True(ApplicationIdSyntax.IsValid(new string('a', 255)));
        Assert.False(ApplicationIdSyntax.IsValid(new string('a', 256)));
    }

    [Fact]
    public void No_id_at_all_is_a_mistake() => Assert.Throws<ArgumentNullException>("parameter", () => ApplicationIdSyntax.Require(null, "parameter"));

    [Theory]
    [InlineData("", true)]
    [InlineData(" \t ", true)]
    [InlineData(" a", false)]
    [InlineData("\n", false)]
    [InlineData("\u00A0", false)]
    public void Blank_is_what_headers_call_so(string text, bool blank) => Assert.Equal(blank, text.AsSpan().ContainsOnlyBlanks());
}
