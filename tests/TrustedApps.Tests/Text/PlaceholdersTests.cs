using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class PlaceholdersTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("no placeholder", "no placeholder")]
    [InlineData("{0}", "zero")]
    [InlineData("a {0} b {1} c", "a zero b one c")]
    [InlineData("{1}{0}{0}", "onezerozero")]
    [InlineData("{2}", "{2}")] // there are two parameters
    [InlineData("{-1}", "{-1}")]
    [InlineData("{+1}", "{+1}")]
    [InlineData("{ 1}", "{ 1}")]
    [InlineData("{1\0}", "{1\0}")]
    [InlineData("{}", "{}")]
    [InlineData("{a}", "{a}")]
    [InlineData("{0", "{0")]
    [InlineData("0}", "0}")]
    [InlineData("{", "{")]
    [InlineData("{{0}}", "{zero}")]
    [InlineData("{a{0}", "{azero")]
    [InlineData("'{0}'", "'zero'")] // quotes mean nothing here
    public void Known_placeholders_are_filled_and_all_else_stays(string message, string expected) =>
        Assert.Equal(expected, Placeholders.Fill(message, ["zero", "one"]));

    [Fact]
    public void A_parameter_is_put_in_literally_and_never_filled_itself() =>
        Assert.Equal("{1} and {0}", Placeholders.Fill("{0} and {1}", ["{1}", "{0}"]));

    [Fact]
    public void A_placeholder_has_one_or_two_digits()
    {
        string[] parameters = [.. Enumerable.Range(0, 120).Select(index => $"<{index}>")];
        Assert.Equal("<9><10><99>{100}", Placeholders.Fill("{9}{10}{99}{100}", parameters));
    }

    [Fact]
    public void A_message_that_names_a_long_parameter_many_times_is_cut()
    {
        string message = string.Concat(Enumerable.Repeat("{0}", 1000));
        Assert.Equal(new string('a', 65_536), Placeholders.Fill(message, [new string('a', 10_000)]));
        Assert.Equal(new string('a', 65_536), Placeholders.Fill("{0}", [new string('a', 65_536)]));
        Assert.Equal(65_536, Placeholders.Fill(new string('b', 70_000), []).Length);
    }

    [Property(MaxTest = 2000)]
    public Property Filling_agrees_with_replacing_when_no_parameter_has_a_brace() => ForAll.In(
        Generators.TextOf(["{0}", "{1}", "{2}", "{", "}", "x", "{9}"], 10),
        message => Placeholders.Fill(message, ["a", "b", "c"])
            == message.Replace("{0}", "a", StringComparison.Ordinal).Replace("{1}", "b", StringComparison.Ordinal).Replace("{2}", "c", StringComparison.Ordinal));
}
