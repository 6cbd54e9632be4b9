using System.Text.RegularExpressions;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class UserConditionTests
{
    [Fact]
    public void Everyone_is_allowed_when_nothing_is_said() => Assert.True(new UserCondition(null, null).Allows("fred"));

    [Fact]
    public void An_empty_list_allows_nobody() => Assert.False(new UserCondition([], null).Allows("fred"));

    [Theory]
    [InlineData("fred", true)]
    [InlineData("Fred", false)] // case-sensitive
    [InlineData("fred ", false)]
    [InlineData("freddy", false)]
    [InlineData("svc-build", true)]
    [InlineData("svc-", true)]
    [InlineData("my-svc-build", false)]
    [InlineData("ann", false)]
    public void Only_those_on_the_list_are_allowed(string user, bool allowed) =>
        Assert.Equal(allowed, new UserCondition(["fred", "svc-*"], null).Allows(user));

    [Theory]
    [InlineData("fred", true)]
    [InlineData("admin", false)]
    [InlineData("root", false)]
    [InlineData("groot", true)]
    [InlineData("fred-admin", false)]
    public void Those_who_are_denied_are_not_even_when_allowed_as_well(string user, bool allowed) =>
        Assert.Equal(allowed, new UserCondition(["*"], ["*admin", "root"]).Allows(user));

    [Theory]
    [InlineData("Admin")]
    [InlineData("ADMIN")]
    [InlineData("\uFF41\uFF44\uFF4D\uFF49\uFF4E")]
    [InlineData("ad\u200Bmin")]
    [InlineData("ad\u200Dmin")]
    [InlineData("ad\u00ADmin")]
    [InlineData("ad\u2060min")]
    [InlineData("ad\u034Fmin")]
    [InlineData("ad\u202Emin")]
    [InlineData("admin ")]
    [InlineData("admin\u2028")]
    [InlineData("\u00A0\u3000Admin\u2003")]
    [InlineData("svc-\uFF21")]
    [InlineData("M\u00DCLLER")]
    [InlineData("Mu\u0308ller")]
    public void A_denied_user_is_denied_in_each_spelling_that_people_or_databases_take_for_it(string user) =>
        Assert.False(new UserCondition(null, ["admin", "SVC-*", "m\u00FCller"]).Allows(user));

    [Theory]
    [InlineData("Admin")]
    [InlineData("ad\u200Dmin")]
    [InlineData("admin ")]
    public void An_allowed_user_is_allowed_in_one_spelling_only(string user) =>
        Assert.False(new UserCondition(["admin"], null).Allows(user));

    [Fact]
    public void A_long_name_is_folded_too() =>
        Assert.False(new UserCondition(null, ["*x"]).Allows(new string('A', 1023) + 'X'));

    [Fact]
    public void Denying_alone_leaves_everyone_else()
    {
        var condition = new UserCondition(null, ["admin"]);
        Assert.True(condition.Allows("fred"));
        Assert.False(condition.Allows("admin"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void An_empty_pattern_is_a_mistake(string? pattern)
    {
        Assert.Throws<ArgumentException>(() => new UserCondition(["fred", pattern!], null));
        Assert.Throws<ArgumentException>(() => new UserCondition(null, [pattern!]));
    }

    [Theory]
    [InlineData("fred\n")]
    [InlineData("\0")]
    [InlineData("a\u0085*")]
    public void A_pattern_that_no_name_can_match_is_a_mistake(string pattern)
    {
        Assert.Throws<ArgumentException>(() => new UserCondition([pattern], null));
        Assert.Throws<ArgumentException>(() => new UserCondition(null, [pattern]));
    }

    [Property(MaxTest = 10_000)]
    public Property Matching_agrees_with_the_regular_expression_that_a_pattern_stands_for() => ForAll.In(
        from pattern in Generators.TextOf(["*", "a", "b", ".", "^", "?"], 7)
        from user in Generators.TextOf(["a", "b", ".", "^", "?", "*"], 9)
        where pattern.Length > 0 && user.Length > 0
        select (pattern, user),
        given => new UserCondition([given.pattern], null).Allows(given.user)
            == Regex.IsMatch(
                given.user,
                "^" + string.Join(".*", given.pattern.Split('*').Select(Regex.Escape)) + "\\z",
                RegexOptions.Singleline | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(1)));

    [Fact]
    public void Many_stars_do_not_make_matching_slow()
    {
        // Exponential for a matcher that tries every star again: 50 of them would not end today.
        string pattern = string.Concat(Enumerable.Repeat("*a", 50)) + "b";
        Assert.False(new UserCondition([pattern], null).Allows(new string('a', 1024)));
    }
}
