using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

public sealed class UserNameTransformTests
{
    private static readonly Gen<string> _names =
        from length in Gen.Choose(0, 6)
        from parts in Gen.ArrayOf(Gen.Elements("EXAMPLE\\", "example\\", "fred", "a", "@example.com", "@", ".", "-", "é", "\U0001F600", "\ud83d", "\n", " ", "\u0085", "-x"), length)
        select string.Concat(parts);

    [Property(MaxTest = 2000)]
    public Property A_prefix_is_taken_off_once_and_nothing_else_changes() => Prop.ForAll(_names.ToArbitrary(), name =>
    {
        string? rewritten = Rewriting(Prefix("EXAMPLE\\"))(name);
        string rest = name.StartsWith("EXAMPLE\\", StringComparison.Ordinal) ? name[8..] : name;
        return rewritten == (IsUserName(name) && IsUserName(rest) ? rest : null)
            && (rewritten is null || name.EndsWith(rewritten, StringComparison.Ordinal));
    });

    [Property]
    public Property A_name_without_the_prefix_stays_as_it_is_however_often() => Prop.ForAll(_names.ToArbitrary(), name =>
    {
        Func<string, string?> rewriting = Rewriting(Prefix("EXAMPLE\\"));
        string? once = rewriting(name);
        return once is null || once.StartsWith("EXAMPLE\\", StringComparison.Ordinal) || rewriting(once) == once;
    });

    [Property(MaxTest = 2000)]
    public Property A_pattern_leaves_its_first_group() => Prop.ForAll(_names.ToArbitrary(), name =>
    {
        string? rewritten = Rewriting(Pattern(@"^(.+)@example\.com$"))(name);
        bool matches = name.Length > 12 && name.EndsWith("@example.com", StringComparison.Ordinal);
        return rewritten == Valid(name, matches ? name[..^12] : name);
    });

    [Property(MaxTest = 2000)]
    public Property Only_the_first_match_is_replaced() => Prop.ForAll(_names.ToArbitrary(), name =>
    {
        string? rewritten = Rewriting(Pattern("-([a-z])"))(name);
        int match = Enumerable.Range(0, Math.Max(0, name.Length - 1)).FirstOrDefault(index => name[index] == '-' && name[index + 1] is >= 'a' and <= 'z', -1);
        return rewritten == Valid(name, match < 0 ? name : name.Remove(match, 1));
    });

    [Property(MaxTest = 2000)]
    public Property What_comes_out_is_a_user_name_or_nothing() => Prop.ForAll(
        (from name in _names
         from patterns in Gen.ListOf(Gen.Elements("(.)", "^.(.*)$", "(a)|.", "(x*)", "(?<named>e.)", "@()example", "(?i)(EXAMPLE)"))
         select (name, patterns)).ToArbitrary(),
        drawn =>
        {
            string? rewritten = Rewriting([.. drawn.patterns.Select(Pattern)])(drawn.name);
            return rewritten is null || IsUserName(rewritten);
        });

    [Fact]
    public void Steps_are_taken_in_their_order()
    {
        Assert.Equal("fred", Rewriting(Prefix("EXAMPLE\\"), Pattern("^(.+)@example$"))("EXAMPLE\\fred@example"));
        Assert.Equal("b", Rewriting(Pattern("^a(.+)$"), Prefix("a"))("aab"));
        Assert.Equal("aab", Rewriting(Prefix("b"), Pattern("^b(.)$"))("baab"));
        Assert.Equal("fred", Rewriting()("fred"));
    }

    [Fact]
    public void An_empty_prefix_beside_a_pattern_does_not_hide_it() =>
        Assert.Equal("fred", Rewriting(new UserNameTransform { Prefix = "", Pattern = "^(.+)@example$" })("fred@example"));

    [Fact]
    public void Case_counts() => Assert.Equal("example\\fred", Rewriting(Prefix("EXAMPLE\\"))("example\\fred"));

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    public void A_pattern_that_would_take_for_ever_gives_nothing(string pattern) =>
        Assert.Null(Rewriting(Pattern(pattern))(new string('a', 1000) + "!"));

    [Fact]
    public void Nothing_is_matched_in_what_is_no_user_name() => Assert.Null(Rewriting(Pattern("^.*\n(.*)$"))("mallory\nfred"));

    [Theory]
    [InlineData("fred")]
    [InlineData("(?:fred)")]
    [InlineData("(?<2>fred)")]
    [InlineData("(?=fred)")]
    [InlineData(@"\(fred\)")]
    public void A_pattern_without_a_first_group_is_refused(string pattern) => Assert.Equal(
        "it has no group, and the first group replaces the match.", Assert.Throws<ArgumentException>(() => Pattern(pattern).Compile()).Message);

    private static UserNameTransform Prefix(string prefix) => new() { Prefix = prefix };

    private static UserNameTransform Pattern(string pattern) => new() { Pattern = pattern };

    private static Func<string, string?> Rewriting(params UserNameTransform[] rewrites)
    {
        Func<string, string>[] steps = [.. rewrites.Select(rewrite => rewrite.Compile())];
        return name => UserNameTransform.Apply(steps, name);
    }

    private static string? Valid(string name, string rewritten) => IsUserName(name) && IsUserName(rewritten) ? rewritten : null;

    // Text of this test never holds U+FFFD, which stands for half a pair here.
    private static bool IsUserName(string name) => name.Length > 0 && !name.Any(char.IsControl) && !name.EnumerateRunes().Contains(Rune.ReplacementChar);
}
