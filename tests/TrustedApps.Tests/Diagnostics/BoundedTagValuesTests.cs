using TrustedApps.Diagnostics;

namespace TrustedApps.Tests.Diagnostics;

public class BoundedTagValuesTests
{
    [Fact]
    public void The_first_values_up_to_the_bound_are_told_and_all_others_are_one()
    {
        var values = new BoundedTagValues(capacity: 2);
        Assert.Equal(["wiki", "blog", "_OTHER", "_OTHER", "wiki"], new[] { "wiki", "blog", "forum", "shop", "wiki" }.Select(values.Of));
        Assert.Equal("_OTHER", values.Of(null));
    }

    [Fact]
    public void However_many_threads_ask_the_bound_holds()
    {
        var values = new BoundedTagValues(capacity: 100);
        string[] told = new string[10_000];
        Parallel.For(0, told.Length, index => told[index] = values.Of($"app-{index % 1_000}"));
        Assert.InRange(told.Distinct().Count(value => value != "_OTHER"), 1, 100);
        Assert.InRange(Enumerable.Range(0, 1_000).Count(index => values.Of($"app-{index}") != "_OTHER"), 100, 100);
    }
}
