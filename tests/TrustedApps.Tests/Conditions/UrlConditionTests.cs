using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class UrlConditionTests
{
    private readonly UrlCondition _rest = new(["/rest", "/download/*"]);
    private readonly UrlCondition _any = new(["/rest", "*"]);

    [Theory]
    [InlineData("/rest", true)]
    [InlineData("/rest/api?q=/admin", true)]
    [InlineData("/r%65st/api", true)]
    [InlineData("/download/7", true)]
    [InlineData("/download/7/8", false)]
    [InlineData("/restful", false)]
    [InlineData("/REST", false)]
    [InlineData("/admin", false)]
    [InlineData("/admin?/rest", false)]
    [InlineData("/rest/../admin", false)]
    [InlineData("/rest/%2e%2e/admin", false)]
    [InlineData("/rest//api", false)]
    public void One_matching_pattern_is_enough(string target, bool allowed) =>
        Assert.Equal(allowed, _rest.Allows(target, "", null));

    [Theory]
    [InlineData("/app/rest", true)]
    [InlineData("/app/rest/api", true)]
    [InlineData("/%61pp/rest", true)]
    [InlineData("/rest", false)]
    [InlineData("/application/rest", false)]
    [InlineData("/APP/rest", false)]
    [InlineData("/app", false)]
    [InlineData("/app/admin", false)]
    [InlineData("/other/rest", false)]
    [InlineData("/ap", false)]
    public void Patterns_leave_the_path_base_out(string target, bool allowed) =>
        Assert.Equal(allowed, _rest.Allows(target, "/app", null));

    [Theory]
    [InlineData("/app", true)]
    [InlineData("/app/", true)]
    [InlineData("/app?a", true)]
    [InlineData("/app/a", false)]
    [InlineData("/appa", false)]
    public void The_path_base_itself_is_the_root(string target, bool isRoot)
    {
        // Of all paths only the root has no segment.
        bool hasAnyOrNone = new UrlCondition(["/**"]).Allows(target, "/app", null);
        bool hasOne = new UrlCondition(["/*"]).Allows(target, "/app", null);
        Assert.Equal(isRoot, hasAnyOrNone && !hasOne);
    }

    [Theory]
    [InlineData("/caf%C3%A9/rest", true)]
    [InlineData("/café/rest", true)]
    [InlineData("/cafe/rest", false)]
    public void A_path_base_is_compared_decoded(string target, bool allowed) =>
        Assert.Equal(allowed, _rest.Allows(target, "/café", null));

    [Theory]
    [InlineData("/app/rest/api", "/rest/api", true)]
    [InlineData("/app/r%65st/caf%C3%A9", "/rest/café", true)]
    [InlineData("/app/rest/api", "/admin", false)] // something rewrote the URL
    [InlineData("/app/rest/api", "/rest/API", false)]
    [InlineData("/app/rest/api", "/rest/api/", false)]
    [InlineData("/app/rest/api", "", false)]
    [InlineData("/app/rest/api", "/app/rest/api", false)]
    public void The_path_that_is_served_must_be_the_one_that_was_asked_for(string target, string routed, bool allowed) =>
        Assert.Equal(allowed, _rest.Allows(target, "/app", routed));

    [Theory]
    [InlineData("/app", "", true)]
    [InlineData("/app", "/", true)]
    [InlineData("/app/", "/", true)]
    [InlineData("/app/", "", true)]
    [InlineData("/app/a", "", false)]
    [InlineData("/app", "/admin", false)]
    [InlineData("/app/", "/admin", false)]
    public void An_empty_routed_path_is_the_root(string target, string routed, bool allowed) =>
        Assert.Equal(allowed, new UrlCondition(["/"]).Allows(target, "/app", routed));

    [Fact]
    public void The_pattern_for_all_urls_does_not_look_at_the_path()
    {
        Assert.True(_any.Allows("/a/../b;c\\%zz", "/app", "/elsewhere"));
        Assert.True(_any.Allows(new string('x', 20_000), "", null));
    }

    [Fact]
    public void A_long_target_is_allowed_up_to_the_limit_and_refused_beyond()
    {
        Assert.True(_rest.Allows("/rest/" + new string('a', 16_384 - 6), "", null));
        Assert.True(_rest.Allows("/rest?" + new string('a', 16_384 - 6), "", null));
        Assert.False(_rest.Allows("/rest/" + new string('a', 16_384 - 5), "", null));
        Assert.False(_rest.Allows("/rest?" + new string('a', 16_384 - 5), "", null));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(341)] // three bytes a character: the last that fits on the stack
    [InlineData(342)]
    [InlineData(16_384)]
    public void Text_of_three_bytes_a_character_fits(int length) =>
        Assert.True(_rest.Allows("/rest/" + new string('中', length - 6), "", null));

    [Fact]
    public void No_pattern_is_a_mistake_that_says_what_to_write()
    {
        var refused = Assert.Throws<ArgumentException>(() => new UrlCondition([]));
        Assert.Contains("Name the paths that the application needs", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_pattern_among_good_ones_is_a_mistake() =>
        Assert.Throws<ArgumentException>(() => new UrlCondition(["*", "rest"]));

    [Property(MaxTest = 5000)]
    public Property Many_patterns_allow_what_one_of_them_would_allow_alone() => ForAll.In(
        from count in Gen.Choose(1, 20)
        from patterns in Gen.ArrayOf(Gen.Elements("/", "/a", "/a/", "/b/c", "/b/*", "/b/*/c", "/*/c", "/a/**/c", "/**/d", "/é", "/a b"), count)
        from segments in Gen.ArrayOf(Gen.Elements("/a", "/b", "/%62", "/c", "/d", "/é", "/%C3%A9", "/a%20b", "/..", "/", "?/a"), 3)
        select (patterns, target: string.Concat(segments)),
        given => new UrlCondition(given.patterns).Allows(given.target, "", null)
            == given.patterns.Any(pattern => new UrlCondition([pattern]).Allows(given.target, "", null)));

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Nothing_is_allocated(int count)
    {
        var condition = new UrlCondition([.. Enumerable.Range(1, count).Select(number => $"/rest/{number}/*")]);
        Assert.True(condition.Allows("/app/rest/1/caf%C3%A9?q", "/app", "/rest/1/café"));
        Assert.Equal(0, Allocation.Of(() => condition.Allows("/app/rest/1/caf%C3%A9?q", "/app", null)));
        Assert.Equal(0, Allocation.Of(() => condition.Allows("/app/rest/x/y", "/app", "/rest/x/y")));
    }

    [Property(MaxTest = 3000)]
    public Property No_target_throws() => ForAll.In(
        from target in Generators.AnyText
        from pathBase in Gen.Elements("", "/app", "/é")
        from routed in Gen.Elements(null, "", "/", "/rest")
        select (target, pathBase, routed),
        given => !_rest.Allows(given.target, given.pathBase, given.routed)
            || given.target.StartsWith(given.pathBase + "/", StringComparison.Ordinal));
}
