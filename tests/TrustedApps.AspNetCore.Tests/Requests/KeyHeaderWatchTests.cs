using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>An application whose Key header is removed on the way.</summary>
public sealed class KeyHeaderWatchTests
{
    private const string Key = "X-Seraph-Trusted-App-Key";

    [Theory]
    [AtEachEntrance]
    public async Task Where_the_Key_header_never_arrives_there_is_one_warning_an_hour(Entrance entrance)
    {
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance, time: clock);
        await AskAsync(tracker, clock, times: 19, every: 4);
        Assert.Empty(Warnings(tracker));
        await AskAsync(tracker, clock, times: 21, every: 4);
        LogLine line = Assert.Single(Warnings(tracker));
        Assert.Equal((LogLevel.Warning, "KeyNeverArrives"), (line.Level, line.Event.Name));
        Assert.StartsWith("'wiki' was asked for its key grant again and again", line.Message, StringComparison.Ordinal);

        await AskAsync(tracker, clock, times: 60, every: 60);
        Assert.Equal(2, Warnings(tracker).Length);
    }

    [Theory]
    [InlineData(100, 0.5)] // many at once, such as after a start
    [InlineData(18, 10)] // few
    public async Task Usual_demands_are_no_reason_to_warn(int times, double every)
    {
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        await using KestrelServer tracker = await Version4.StartAsync(time: clock);
        await AskAsync(tracker, clock, times, every);
        Assert.Empty(Warnings(tracker));
    }

    [Fact]
    public async Task A_request_with_the_header_begins_the_count_anew_even_if_it_is_refused()
    {
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        await using KestrelServer tracker = await Version4.StartAsync(time: clock);
        for (int round = 0; round < 3; round++)
        {
            await AskAsync(tracker, clock, times: 19, every: 10);
            HttpRequestMessage request = tracker.Trusted("/closed", time: clock);
            string key = request.Headers.GetValues(Key).Single();
            request.Headers.Remove(Key);
            request.Headers.Add(Key, "A" + key);
            Assert.Equal("BAD_GRANT", (await request.SendAsync()).Code);
        }

        Assert.Empty(Warnings(tracker));
    }

    private static LogLine[] Warnings(KestrelServer tracker) => [.. tracker.Logs.Lines.Where(line => line.Event.Id == 89)];

    private static async Task AskAsync(KestrelServer tracker, ManualTimeProvider clock, int times, double every)
    {
        for (int request = 0; request < times; request++)
        {
            clock.Advance(TimeSpan.FromSeconds(every));
            HttpRequestMessage named = tracker.Trusted("/closed", time: clock);
            named.Headers.Remove(Key);
            Assert.Equal("GRANT_NEEDED", (await named.SendAsync()).Code);
        }
    }
}
