using Microsoft.Extensions.Diagnostics.HealthChecks;
using TrustedApps.Hosting;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public sealed class ReplayReadingsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_application_whose_share_is_nearly_full_is_named_until_its_keys_have_expired(bool onceOnly)
    {
        using InMemoryReplayCache cache = Create(capacity: 1000, perApplication: 10);
        for (int number = 0; number < 7; number++) await AddAsync(cache, "wiki", number, onceOnly);
        Assert.Equal((HealthStatus.Healthy, 70.0), Fill(cache));

        await AddAsync(cache, "wiki", 7, onceOnly);
        Assert.Equal((HealthStatus.Degraded, 80.0), Fill(cache));
        Assert.StartsWith("The replay cache of 'wiki' is 80 % full: at 100 % its requests are refused with UNAVAILABLE.", Read(cache, "fill_percent").Problem, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromMinutes(3)); // nothing else comes, so expired keys are still held
        Assert.Equal((8, (HealthStatus.Healthy, 0.8)), (cache.Count, Fill(cache)));
    }

    [Fact]
    public async Task A_cache_that_is_nearly_full_of_many_applications_is_named()
    {
        using InMemoryReplayCache cache = Create(capacity: 10, perApplication: 10);
        for (int number = 0; number < 8; number++) await AddAsync(cache, $"application {number}", number, onceOnly: true);

        Assert.Equal((HealthStatus.Degraded, 80.0), Fill(cache));
        Assert.StartsWith("The replay cache is 80 % full: at 100 % each application has its reserve alone", Read(cache, "fill_percent").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_after_a_start_is_counted_down()
    {
        using var cache = new InMemoryReplayCache(new InMemoryReplayCacheOptions(), _time);
        HealthReading first = Read(cache, "wait_seconds");
        Assert.Equal((HealthStatus.Degraded, 31L), (first.Status, first.Value));
        Assert.StartsWith("Trusted requests are refused with UNAVAILABLE for 31 more seconds", first.Problem, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1L, Read(cache, "wait_seconds").Value);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((HealthStatus.Healthy, 0L), (Read(cache, "wait_seconds").Status, Read(cache, "wait_seconds").Value));
    }

    [Fact]
    public async Task A_file_that_another_process_has_taken_is_unhealthy()
    {
        var options = new InMemoryReplayCacheOptions { StateFile = _folder.PathOf("a.replay"), ApplicationId = "tracker", IsNewInstallation = true };
        using var cache = new InMemoryReplayCache(options, _time);
        Assert.Equal((HealthStatus.Healthy, true), (Read(cache, "file_is_written").Status, Read(cache, "file_is_written").Value));

        using var other = new InMemoryReplayCache(options, _time);
        _time.Advance(TimeSpan.FromSeconds(60));
        await AddAsync(cache, "wiki", 1, onceOnly: true);

        HealthReading reading = Read(cache, "file_is_written");
        Assert.Equal((HealthStatus.Unhealthy, false), (reading.Status, reading.Value));
        Assert.Contains("event 59", reading.Problem, StringComparison.Ordinal);
    }

    private InMemoryReplayCache Create(int capacity, int perApplication) =>
        new(new InMemoryReplayCacheOptions { Capacity = capacity, CapacityPerApplication = perApplication, IsNewInstallation = true }, _time);

    private static (HealthStatus Status, object Value) Fill(InMemoryReplayCache cache) => (Read(cache, "fill_percent").Status, Read(cache, "fill_percent").Value);

    private static HealthReading Read(InMemoryReplayCache cache, string name) =>
        ((IHealthSource)cache).ReadHealth().Single(reading => reading.Name == $"replay_cache:{name}");

    private async Task AddAsync(InMemoryReplayCache cache, string application, int number, bool onceOnly)
    {
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds(), until = now + 90_000;
        await cache.TryAddAsync(
            onceOnly
                ? ReplayEntry.Once(application, (UInt128)number, now, until, now)
                : ReplayEntry.Legacy(application, [new ReplayKey((UInt128)number, 0)], now, until, now),
            TestContext.Current.CancellationToken);
    }
}
