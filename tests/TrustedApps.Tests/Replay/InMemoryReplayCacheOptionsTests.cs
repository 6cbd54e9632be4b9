using TrustedApps.Hosting;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class InMemoryReplayCacheOptionsTests
{
    [Fact]
    public void By_default_it_is_not_known_what_was_before()
    {
        InMemoryReplayCacheOptions options = new InMemoryReplayCacheOptions();
        Assert.Equal((4_000_000, 500_000, false, TimeSpan.FromSeconds(30)), (options.Capacity, options.CapacityPerApplication, options.IsNewInstallation, options.ClockSkew));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void There_is_room_for_one_at_least(int capacity)
    {
        Assert.Throws<ArgumentOutOfRangeException>("Capacity", () => new InMemoryReplayCacheOptions { Capacity = capacity });
        Assert.Throws<ArgumentOutOfRangeException>("CapacityPerApplication", () => new InMemoryReplayCacheOptions { CapacityPerApplication = capacity });
        Assert.Equal((1, 1), (new InMemoryReplayCacheOptions { Capacity = 1 }.Capacity, new InMemoryReplayCacheOptions { CapacityPerApplication = 1 }.CapacityPerApplication));
    }

    [Fact]
    public void The_order_of_the_schemes_does_not_matter()
    {
        ProviderSettings[] schemes = [new() { ApplicationId = "tracker" }, new() { ApplicationId = "Shop" }];
        Assert.Equal("Shop\ntracker", InMemoryReplayCacheOptions.Of(schemes).ApplicationId);
        Assert.Equal("Shop\ntracker", InMemoryReplayCacheOptions.Of(schemes.Reverse()).ApplicationId);
    }

    [Fact]
    public void Clocks_differ_by_a_minute_at_most()
    {
        Assert.Throws<ArgumentOutOfRangeException>("ClockSkew", () => new InMemoryReplayCacheOptions { ClockSkew = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>("ClockSkew", () => new InMemoryReplayCacheOptions { ClockSkew = TimeSpan.FromSeconds(60) + TimeSpan.FromTicks(1) });
        Assert.Equal(TimeSpan.Zero, new InMemoryReplayCacheOptions { ClockSkew = TimeSpan.Zero }.ClockSkew);
        Assert.Equal(TimeSpan.FromSeconds(60), new InMemoryReplayCacheOptions { ClockSkew = TimeSpan.FromSeconds(60) }.ClockSkew);
    }
}
