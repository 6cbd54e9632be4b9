using System.Text;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class UrlPatternTests
{
    [Theory]
    [InlineData("/", "/", true)] // matches every canonical path
    [InlineData("/", "/a/b/", true)]
    [InlineData("/rest", "/rest", true)] // itself and everything below
    [InlineData("/rest", "/rest/", true)]
    [InlineData("/rest", "/rest/api", true)]
    [InlineData("/rest", "/rest/api/b", true)]
    [InlineData("/rest", "/restful", false)]
    [InlineData("/rest", "/res", false)]
    [InlineData("/rest", "/", false)]
    [InlineData("/rest", "/REST", false)]
    [InlineData("/rest", "/a/rest", false)]
    [InlineData("/rest/", "/rest", false)] // with a final slash only what is below
    [InlineData("/rest/", "/rest/", true)]
    [InlineData("/rest/", "/rest/api", true)]
    [InlineData("/rest/", "/restful/api", false)]
    [InlineData("/a b/é", "/a b/é", true)]
    [InlineData("/100%", "/100%", true)]
    [InlineData("/%4/%4z/%z4", "/%4/%4z/%z4", true)]
    [InlineData("/a?b#c", "/a?b#c", true)] // in a path they were encoded
    [InlineData("/a?b#c", "/a", false)]
    [InlineData("/a/*", "/a/b", true)] // one whole segment
    [InlineData("/a/*", "/a/b/", true)] // a final slash of the path aside
    [InlineData("/a/*", "/a", false)]
    [InlineData("/a/*", "/a/", false)]
    [InlineData("/a/*", "/a/b/c", false)] // the pattern must cover the whole path
    [InlineData("/*/c", "/a/c", true)]
    [InlineData("/*/c", "/a/b/c", false)]
    [InlineData("/*/c", "/c", false)]
    [InlineData("/*", "/a", true)]
    [InlineData("/*", "/", false)]
    [InlineData("/*/*", "/a/b", true)]
    [InlineData("/a/**", "/a", true)] // any number of segments
    [InlineData("/a/**", "/a/", true)]
    [InlineData("/a/**", "/a/b/c/d", true)]
    [InlineData("/a/**", "/ab", false)]
    [InlineData("/**", "/", true)]
    [InlineData("/**", "/a/b", true)]
    [InlineData("/**/c", "/c", true)]
    [InlineData("/**/c", "/a/b/c", true)]
    [InlineData("/**/c", "/a/b/c/d", false)]
    [InlineData("/**/c", "/a/bc", false)]
    [InlineData("/a/**/c", "/a/c", true)]
    [InlineData("/a/**/c", "/a/b/b/c", true)]
    [InlineData("/a/**/c", "/a/c/b", false)]
    [InlineData("/a/**/*", "/a", false)]
    [InlineData("/a/**/*", "/a/b", true)]
    [InlineData("/**/a/**/b/*", "/a/x/a/b/b/c", true)]
    [InlineData("/**/a/**/b/*", "/a/x/a/b", false)]
    [InlineData("/**/**", "/", true)]
    [InlineData("/*/a", "/*/a", true)] // a star in the path is a character like any other
    [InlineData("/b/*", "/*/a", false)]
    [InlineData("*", "/", true)]
    [InlineData("*", "/a/b", true)]
    public void A_pattern_matches_its_paths(string pattern, string path, bool matches) =>
        Assert.Equal(matches, Matches(pattern, path));

    [Fact]
    public void Only_a_star_alone_stands_for_everything_unseen()
    {
        Assert.True(UrlPattern.Parse("*").IsAny);
        Assert.False(UrlPattern.Parse("/").IsAny);
        Assert.False(UrlPattern.Parse("/**").IsAny);
    }

    [Theory]
    [InlineData("*", "")]
    [InlineData("/", "")]
    [InlineData("/a", "a")]
    [InlineData("/a/b/", "a b")] // a final slash aside
    [InlineData("/a/*/b", "a * b")]
    [InlineData("/**", "")]
    [InlineData("/a/*/**/b", "a *")] // from ** on it does not say
    public void It_says_what_a_path_must_begin_with(string pattern, string segments)
    {
        var parsed = UrlPattern.Parse(pattern);
        Assert.Equal(segments, string.Join(' ', Enumerable.Range(0, 9).Select(parsed.FindSegment).OfType<byte[]>().Select(Encoding.UTF8.GetString)));
        Assert.All(Enumerable.Range(segments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, 3), place => Assert.Null(parsed.FindSegment(place)));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("rest", 1)]
    [InlineData("**", 1)]
    [InlineData("*/a", 1)]
    [InlineData(" /a", 1)]
    [InlineData("https://tracker.example/a", 1)]
    [InlineData("//", 2)] // empty segments
    [InlineData("//a", 2)]
    [InlineData("/a//b", 4)]
    [InlineData("/a//", 4)]
    [InlineData("/.", 2)] // dot segments
    [InlineData("/a/../b", 4)]
    [InlineData("/a/./b", 4)]
    [InlineData("/a/..", 4)]
    [InlineData("/a*", 3)] // a star inside a segment
    [InlineData("/*a", 2)]
    [InlineData("/a/b*c/d", 5)]
    [InlineData("/a/***", 4)]
    [InlineData("/a/**b", 4)]
    [InlineData("/a/*/", 5)] // a final slash after a star
    [InlineData("/*/a/", 5)]
    [InlineData("/a\\b", 3)] // characters that no path that is let through holds
    [InlineData("/a;b", 3)]
    [InlineData("/a\nb", 3)]
    [InlineData("/a\u007F", 3)]
    [InlineData("/a\u0085", 3)]
    [InlineData("/a%41", 3)] // to be written as the character itself
    [InlineData("/a/%2e%2e", 4)]
    [InlineData("/%fF", 2)]
    public void A_bad_pattern_is_reported_with_its_position(string pattern, int position)
    {
        var refused = Assert.Throws<ArgumentException>(() => UrlPattern.Parse(pattern));
        Assert.Contains($"'{pattern}' is bad at position {position}:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_reported_with_its_position()
    {
        Assert.Contains("position 3:", Assert.Throws<ArgumentException>(() => UrlPattern.Parse("/a\uD83D")).Message, StringComparison.Ordinal);
        Assert.Contains("position 3:", Assert.Throws<ArgumentException>(() => UrlPattern.Parse("/a\uD83Db")).Message, StringComparison.Ordinal);
        Assert.Contains("position 3:", Assert.Throws<ArgumentException>(() => UrlPattern.Parse("/a\uDE00b")).Message, StringComparison.Ordinal);
        Assert.Contains("position 5:", Assert.Throws<ArgumentException>(() => UrlPattern.Parse("/a\uD83D\uDE00\uDE00")).Message, StringComparison.Ordinal);
        Assert.True(Matches("/a\uD83D\uDE00", "/a\uD83D\uDE00/b"));
    }

    [Fact]
    public void No_pattern_at_all_is_a_mistake() => Assert.Throws<ArgumentNullException>(() => UrlPattern.Parse(null!));

    [Fact]
    public void A_pattern_is_at_most_as_long_as_a_path()
    {
        Assert.True(Matches("/" + new string('a', 16_383), "/" + new string('a', 16_383)));
        Assert.Throws<ArgumentException>(() => UrlPattern.Parse("/" + new string('a', 16_384)));
    }

    [Property(MaxTest = 5000)]
    public Property Patterns_without_a_star_agree_with_a_naive_matcher() => ForAll.In(
        from pattern in Paths(["a", "b", "ab", "é"], 4)
        from path in Paths(["a", "b", "ab", "é", "*"], 5)
        select (pattern, path),
        given => Matches(given.pattern, given.path)
            == (given.path == given.pattern || given.path.StartsWith(given.pattern.TrimEnd('/') + "/", StringComparison.Ordinal)));

    [Property(MaxTest = 20_000)]
    public Property Patterns_with_stars_agree_with_a_naive_matcher() => ForAll.In(
        from pattern in Paths(["a", "b", "*", "**", "**"], 6)
        from path in Paths(["a", "b", "ab", "*"], 7)
        where pattern.Contains('*', StringComparison.Ordinal) && !pattern.EndsWith('/')
        select (pattern, path),
        given => Matches(given.pattern, given.path) == Covers(Segments(given.pattern), Segments(given.path)));

    [Fact]
    public void Many_stars_do_not_make_matching_slow()
    {
        // Exponential for a matcher that tries every ** again: this one would not end today.
        string pattern = string.Concat(Enumerable.Repeat("/**/a", 50)) + "/b";
        Assert.False(Matches(pattern, string.Concat(Enumerable.Repeat("/a", 1000))));
    }

    [Property(MaxTest = 5000)]
    public Property Whatever_the_pattern_it_is_read_or_refused_as_a_mistake_of_the_caller() => ForAll.In(
        Gen.OneOf(Generators.AnyText, Generators.TextOf(["/", "*", "**", "a", ".", "..", "%", "41", ";", "\uD83D", "\uDE00"], 8).Select(rest => "/" + rest)),
        pattern =>
        {
            Exception? thrown = Record.Exception(() => UrlPattern.Parse(pattern));
            return thrown is null or ArgumentException;
        });

    [Property(MaxTest = 5000)]
    public Property Every_pattern_without_a_star_that_is_read_is_itself_a_canonical_path() => ForAll.In(
        Generators.TextOf(["/", "a", ".", "..", "%", "41", ";", "\\", "é", "\n", "?", "#", " ", "\uD83D", "\uDE00"], 8).Select(rest => "/" + rest),
        pattern => Record.Exception(() => UrlPattern.Parse(pattern)) is not null
            || new UrlCondition([pattern]).Allows(Uri.EscapeDataString(pattern).Replace("%2F", "/", StringComparison.Ordinal), "", null));

    private static bool Matches(string pattern, string path) => UrlPattern.Parse(pattern).Matches(Encoding.UTF8.GetBytes(path));

    private static Gen<string> Paths(string[] segments, int atMost) =>
        from length in Gen.Choose(0, atMost)
        from parts in Gen.ArrayOf(Gen.Elements(segments), length)
        from slash in Gen.Elements("", "/")
        select length == 0 ? "/" : "/" + string.Join('/', parts) + slash;

    private static string[] Segments(string path) => path.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool Covers(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        if (pattern.IsEmpty) return path.IsEmpty;
        if (pattern[0] == "**") return Covers(pattern[1..], path) || (!path.IsEmpty && Covers(pattern, path[1..]));
        return !path.IsEmpty && (pattern[0] == "*" || pattern[0] == path[0]) && Covers(pattern[1..], path[1..]);
    }
}
