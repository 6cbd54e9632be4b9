using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore.Tests.Requests;

public sealed class DailyChainsTests
{
    private readonly ManualTimeProvider _time = ManualTimeProvider.OfToday();

    [Fact]
    public void A_chain_is_told_once_a_day_for_each_application()
    {
        var chains = new DailyChains(_time);

        Assert.Equal((true, false), (chains.IsFirst("wiki", "blog"), chains.IsFirst("wiki", "blog")));
        Assert.Equal((true, true), (chains.IsFirst("wiki", "shop"), chains.IsFirst("mail", "blog")));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((true, false), (chains.IsFirst("wiki", "blog"), chains.IsFirst("wiki", "blog")));
    }

    [Fact]
    public void An_application_that_names_any_number_of_chains_fills_neither_log_nor_memory()
    {
        var chains = new DailyChains(_time);

        Assert.Equal(100, Enumerable.Range(0, 1000).Count(number => chains.IsFirst("wiki", $"shop:{number}")));
        Assert.True(chains.IsFirst("mail", "shop:999"));
    }
}
