using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Tests.Requests;

public sealed class Version4ReplayTests
{
    [Theory]
    [AtEachEntrance]
    public async Task Of_identical_requests_at_once_exactly_one_is_accepted(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        for (int round = 0; round < 10; round++)
        {
            AssertionHeaders headers = Version4.Issue(tracker.Origin, "/closed");

            Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tracker.SendRawAsync("GET /closed", headers)));

            Assert.Equal(1, answers.Count(answer => answer.Code == "OK"));
            Assert.Equal(7, answers.Count(answer => answer is { Code: "REPLAYED", Status: 401 }));
        }
    }

    [Theory]
    [AtEachEntrance]
    public async Task What_was_captured_before_a_restart_is_not_accepted_after_it(Entrance entrance)
    {
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        const string baseUrl = "https://tracker.example"; // the same before and after
        AssertionHeaders captured = Version4.Issue(baseUrl, "/closed", time: clock);
        await using (KestrelServer first = await StartAsync(Version4.NewMemory(clock)))
        {
            Assert.Equal("OK", (await first.SendRawAsync("GET /closed", captured)).Code);
        }

        clock.Advance(TimeSpan.FromSeconds(5));
        await using KestrelServer second = await StartAsync(new InMemoryReplayCache(time: clock));

        Answer atOnce = await second.SendRawAsync("GET /closed", captured);
        Answer early = await second.SendRawAsync("GET /closed", Version4.Issue(baseUrl, "/closed", time: clock));
        clock.Advance(TimeSpan.FromSeconds(30));
        Answer last = await second.SendRawAsync("GET /closed", Version4.Issue(baseUrl, "/closed", time: clock));
        clock.Advance(TimeSpan.FromSeconds(1));
        AssertionHeaders headers = Version4.Issue(baseUrl, "/closed", time: clock);
        Answer fresh = await second.SendRawAsync("GET /closed", headers), again = await second.SendRawAsync("GET /closed", headers);
        Answer still = await second.SendRawAsync("GET /closed", captured);
        clock.Advance(TimeSpan.FromSeconds(55)); // 91 s after it was issued
        Answer old = await second.SendRawAsync("GET /closed", captured);

        Assert.Equal((503, "UNAVAILABLE"), (atOnce.Status, atOnce.Code));
        Assert.Equal((503, "UNAVAILABLE", "31"), (early.Status, early.Code, early["Retry-After"])); // what was issued until 30 s after the start
        Assert.Equal((503, "UNAVAILABLE", "1"), (last.Status, last.Code, last["Retry-After"]));
        Assert.Equal((200, "fred", "REPLAYED"), (fresh.Status, fresh.Body, again.Code));
        Assert.Equal((503, "UNAVAILABLE"), (still.Status, still.Code));
        Assert.Equal((401, "OLD_CERT"), (old.Status, old.Code));

        Task<KestrelServer> StartAsync(IReplayCache memory) => Version4.StartAsync(options => options.BaseUrls.Add(baseUrl), entrance: entrance, time: clock, memory: memory);
    }

    [Fact]
    public async Task The_memory_of_a_provider_that_says_nothing_covers_the_clock_skew_it_allows()
    {
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        ManualTimeProvider ahead = new(clock.GetUtcNow().AddSeconds(59));
        AssertionHeaders captured = Version4.Issue("https://tracker.example", "/closed", time: ahead);
        await using (KestrelServer first = await StartAsync(isNew: true)) Assert.Equal("OK", (await first.SendRawAsync("GET /closed", captured)).Code);

        clock.Advance(TimeSpan.FromSeconds(2));
        await using KestrelServer second = await StartAsync(isNew: false);

        Assert.Equal("UNAVAILABLE", (await second.SendRawAsync("GET /closed", captured)).Code);

        Task<KestrelServer> StartAsync(bool isNew) => Version4.StartAsync(
            options =>
            {
                options.BaseUrls.Add("https://tracker.example");
                options.ClockSkew = TimeSpan.FromSeconds(60);
            },
            time: clock,
            hasMemory: isNew);
    }
}
