using System.Text;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class UrlPatternTreeTests
{
    // Few segments, so that patterns share beginnings and paths nearly match; "*" is a segment of paths as well.
    private static readonly Gen<string> _patterns = PathOf(["a", "b", "ab", "é", "*", "*", "**"], 6)
        .Select(pattern => pattern.Contains('*', StringComparison.Ordinal) ? pattern.TrimEnd('/') : pattern);

    private static readonly Gen<string> _paths = PathOf(["a", "b", "ab", "é", "*", "**", "c"], 7);

    [Property(MaxTest = 5000)]
    public Property It_matches_exactly_when_one_of_its_patterns_does() => ForAll.In(
        from count in Gen.Choose(0, 30)
        from patterns in Gen.ArrayOf(_patterns, count)
        from paths in Gen.ArrayOf(_paths, 20)
        select (patterns, paths),
        given => AgreesWithItsPatterns(given.patterns, given.paths));

    [Property(MaxTest = 5000)]
    public Property A_path_made_of_one_of_its_patterns_is_no_exception() => ForAll.In(
        from count in Gen.Choose(1, 40)
        from patterns in Gen.ArrayOf(_patterns, count)
        from chosen in Gen.Elements(patterns)
        from segments in Gen.ArrayOf(Gen.Elements("a", "b", "c", "a/b", ""), 8)
        select (patterns, path: Fill(chosen, segments)),
        given => AgreesWithItsPatterns(given.patterns, given.path, given.path + "/", given.path + "/a", given.path + "c"));

    [Theory]
    [InlineData(31)]
    [InlineData(32)] // as deep as the tree is
    [InlineData(33)]
    [InlineData(100)]
    public void Patterns_that_part_only_far_from_the_root_are_told_apart(int segments)
    {
        string stem = string.Concat(Enumerable.Repeat("/a", segments));
        string[] patterns = [.. Enumerable.Range(0, 20).Select(number => $"{stem}/b{number}/*")];
        var tree = Tree(patterns);
        for (int number = 0; number < 20; number++) Assert.True(Matches(tree, $"{stem}/b{number}/c"));
        Assert.False(Matches(tree, $"{stem}/b20/c"));
        Assert.False(Matches(tree, $"{stem}/b1"));
        Assert.False(Matches(tree, stem));
    }

    [Fact]
    public void Patterns_as_long_as_can_be_do_not_exhaust_the_stack()
    {
        string stars = string.Concat(Enumerable.Repeat("/*", 8000));
        string[] patterns = [.. Enumerable.Range(0, 10).Select(number => $"{stars}/{number}")];
        var tree = Tree(patterns);
        Assert.True(Matches(tree, $"{stars}/9"));
        Assert.False(Matches(tree, $"{stars}/10"));
    }

    [Fact]
    public void Of_many_ways_through_the_tree_each_pattern_is_tried_on_one()
    {
        // A search that came to a place once for each way would take 2^24 steps for each of these paths.
        string[] patterns = [.. Enumerable.Range(0, 24).SelectMany(number => new[] { Star(number) + "/a/x", Star(number) + "/*/x" }), Star(24) + "/b"];
        var tree = Tree(patterns);
        string path = string.Concat(Enumerable.Repeat("/a", 24));
        for (int time = 0; time < 1000; time++) Assert.False(Matches(tree, path));
        Assert.True(Matches(tree, path + "/b"));

        static string Star(int count) => string.Concat(Enumerable.Repeat("/*", count));
    }

    private static bool AgreesWithItsPatterns(string[] patterns, params string[] paths)
    {
        UrlPattern[] parsed = [.. patterns.Select(UrlPattern.Parse)];
        var tree = new UrlPatternTree(parsed);
        return paths.All(path => Matches(tree, path) == parsed.Any(pattern => pattern.Matches(Encoding.UTF8.GetBytes(path))));
    }

    private static UrlPatternTree Tree(params string[] patterns) => new([.. patterns.Select(UrlPattern.Parse)]);

    private static bool Matches(UrlPatternTree tree, string path) => tree.MatchesAny(Encoding.UTF8.GetBytes(path));

    private static Gen<string> PathOf(string[] segments, int atMost) =>
        from length in Gen.Choose(0, atMost)
        from parts in Gen.ArrayOf(Gen.Elements(segments), length)
        from slash in Gen.Elements("", "/")
        select length == 0 ? "/" : "/" + string.Join('/', parts) + slash;

    // A path for the pattern: something of its own for each star.
    private static string Fill(string pattern, string[] segments)
    {
        IEnumerable<string> filled = pattern[1..].Split('/').Select((segment, place) => segment is "*" or "**" ? segments[place] : segment);
        return "/" + string.Join('/', filled.Where(segment => segment.Length > 0));
    }
}
