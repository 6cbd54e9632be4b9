using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class MethodConditionTests
{
    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("POST", false)]
    [InlineData("DELETE", false)]
    [InlineData("OPTIONS", false)]
    [InlineData("get", false)] // RFC 9110 section 9.1: case-sensitive
    [InlineData("GET ", false)]
    [InlineData("", false)]
    public void Reading_is_safe(string method, bool safe) => Assert.Equal(safe, MethodCondition.IsSafe(method));

    [Fact]
    public void Methods_that_are_listed_are_allowed_and_no_others()
    {
        var condition = new MethodCondition(["POST", "PROPFIND"]);
        Assert.True(condition.Allows("POST"));
        Assert.True(condition.Allows("PROPFIND"));
        Assert.False(condition.Allows("GET"));
        Assert.False(condition.Allows("post"));
    }

    [Fact]
    public void A_registered_method_in_small_letters_means_the_one_that_clients_send()
    {
        var condition = new MethodCondition(["get", "Head"]);
        Assert.True(condition.Allows("GET"));
        Assert.True(condition.Allows("HEAD"));
        Assert.False(condition.Allows("get"));
        Assert.True(condition.IsReadOnly);
        Assert.True(new MethodCondition(["propfind"]).Allows("propfind")); // who knows what it means
    }

    [Fact]
    public void It_knows_whether_only_reading_is_allowed()
    {
        Assert.True(new MethodCondition(["GET", "HEAD"]).IsReadOnly);
        Assert.True(new MethodCondition(["HEAD"]).IsReadOnly);
        Assert.False(new MethodCondition(["GET", "POST"]).IsReadOnly);
        Assert.False(new MethodCondition(["OPTIONS"]).IsReadOnly); // safe by RFC 9110, but not one that old clients cache for
    }

    [Fact]
    public void No_method_is_a_mistake()
    {
        var refused = Assert.Throws<ArgumentException>(() => new MethodCondition([]));
        Assert.Contains("Leave the list out for the default", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("GET ")]
    [InlineData("GET,POST")]
    [InlineData("GE\nT")]
    [InlineData("GÉT")]
    [InlineData("GET/POST")]
    public void What_is_no_method_is_a_mistake(string? method) =>
        Assert.Throws<ArgumentException>(() => new MethodCondition(["GET", method!]));
}
