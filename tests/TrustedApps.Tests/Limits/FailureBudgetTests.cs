using System.Net;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TrustedApps.Limits;

namespace TrustedApps.Tests.Limits;

public class FailureBudgetTests
{
    private static readonly TimeSpan _cost = TimeSpan.FromMilliseconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly FailureBudget _budget;

    public FailureBudgetTests() => _budget = new FailureBudget(_time, new Random(1).Next);

    [Fact]
    public async Task Failures_from_one_network_use_two_percent_of_a_core()
    {
        Assert.Equal(200, await FailAsync("wiki", 1, 5000)); // of ten seconds
        Assert.Equal(20, await FailAsync("wiki", 1, 5000, TimeSpan.FromSeconds(1)), 1.0);
        Assert.Equal(200, await FailAsync("wiki", 2, 5000));
    }

    [Fact]
    public async Task Failures_of_one_trust_use_five_percent_however_many_networks_they_come_from()
    {
        int passed = 0;
        for (uint network = 1; network <= 250; network++) passed += await FailAsync("wiki", network, 4);
        Assert.Equal(500, passed);
    }

    [Fact]
    public async Task All_trusts_together_use_a_quarter_which_they_share()
    {
        string[] trusts = [.. Enumerable.Range(0, 10).Select(number => $"app{number}")];
        foreach (string trust in trusts) await FailAsync(trust, 1, 1);
        int[] passed = new int[10];
        for (int number = 0; number < 10; number++)
        {
            for (uint network = 1; network <= 4; network++) passed[number] += await FailAsync(trusts[number], network, 100);
        }

        Assert.All(passed, count => Assert.InRange(count, 248, 250)); // one was used before
    }

    [Fact]
    public async Task What_did_not_fail_is_given_back_and_leaves_nothing_behind()
    {
        for (int number = 0; number < 10_000; number++)
        {
            FailurePlace? place = await _budget.EnterAsync("wiki", 1, _cost, returns: 0);
            _budget.Add(place!, _cost);
            _budget.Release(place!);
        }

        Assert.Equal((0, 0), (_budget.Trusts, _budget.Waiting));
    }

    [Fact]
    public async Task One_waits_up_to_a_second_for_a_place()
    {
        await FailAsync("wiki", 1, 200);
        Task<FailurePlace?> drawn = EnterAsync("wiki", 1);
        Assert.False(drawn.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(60));
        Assert.NotNull(await drawn);

        await FailAsync("wiki", 1, 2000);
        FailurePlace? large = (await EnterAsync("blog", 1))!;
        _budget.Add(large, TimeSpan.FromSeconds(60));
        Task<FailurePlace?> inVain = EnterAsync("blog", 1);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(inVain.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(21));
        Assert.Null(await inVain);
        Assert.Equal(0, _budget.Waiting);
    }

    [Fact]
    public async Task Charges_are_forgotten_after_their_time()
    {
        await FailAsync("wiki", 1, 200);
        await FailAsync("blog", 2, 200);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.NotNull(await EnterAsync("news", 3)); // sweeps
        Assert.Equal(1, _budget.Trusts);
    }

    // As when one application's flood is followed by failures of many others: what it was charged with while it was alone
    // is more than its share is now.
    [Fact]
    public async Task A_share_that_becomes_smaller_locks_no_trust_out()
    {
        for (uint network = 1; network <= 5; network++) await FailAsync("wiki", network, 100); // half a second of the processor
        for (int number = 0; number < 199; number++) await FailAsync($"app{number}", 1, 1);
        Task<FailurePlace?> waiting = EnterAsync("wiki", 6);
        Assert.False(waiting.IsCompleted);
        for (int step = 0; step < 10; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            for (int number = 0; number < 199; number++) _ = EnterAsync($"app{number}", 1); // they go on
        }

        Assert.NotNull(await waiting);
    }

    [Fact]
    public async Task All_together_use_a_quarter_of_a_core_in_any_ten_seconds_also_while_trusts_are_added()
    {
        int passed = 0;
        for (int second = 0; second < 10; second++)
        {
            for (int trust = 0; trust < 5 + (20 * second); trust++)
            {
                for (uint network = 1; network <= 3; network++) passed += await FailAsync($"app{trust}", network, 100);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // 2.5 s that were left, 2.5 s that came in the meantime, and one verification of 1 ms for each trust
        Assert.InRange(passed, 2400, 5000 + 185);
    }

    [Fact]
    public async Task A_network_whose_trust_is_idle_is_still_charged()
    {
        await FailAsync("wiki", 1, 200); // of both
        _time.Advance(TimeSpan.FromSeconds(5)); // 0.25 s of the trust's are let off, and half of the network's
        Assert.Equal(100, await FailAsync("wiki", 1, 1000), 1.0);
    }

    [Fact]
    public async Task Of_those_that_return_the_one_that_did_so_most_often_has_every_second_place()
    {
        await FailAsync("wiki", 1, 200);
        Task<FailurePlace?>[] returning = [.. Enumerable.Range(1, 900).Select(number => EnterAsync("wiki", 1, returns: number % 3))];
        Task<FailurePlace?> genuine = EnterAsync("wiki", 1, returns: 3);
        Task<FailurePlace?>[] others = [.. Enumerable.Range(0, 5000).Select(number => EnterAsync("wiki", 1, returns: number % 3))];
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.NotNull(await genuine);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll([.. returning, .. others]);
    }

    [Fact]
    public async Task A_newcomer_waits_for_a_place_however_many_return()
    {
        _budget.Add((await EnterAsync("wiki", 1))!, TimeSpan.FromSeconds(60));
        for (int number = 0; number < FailureBudget.MaxWaitingPerTrust; number++) _ = EnterAsync("wiki", 1, returns: 1);
        Task<FailurePlace?> newcomer = EnterAsync("wiki", 1);
        Assert.False(newcomer.IsCompleted);
        Assert.Equal(FailureBudget.MaxWaitingPerTrust, _budget.Waiting);
    }

    [Fact]
    public async Task Networks_beyond_the_table_share_an_account()
    {
        for (uint network = 1; network <= TrustCharges.MaxNetworks; network++) await FailAsync("wiki", network, 1);
        _time.Advance(TimeSpan.FromMilliseconds(1)); // none is forgotten yet
        Assert.Equal(200, await FailAsync("wiki", 1_000_000, 190) + await FailAsync("wiki", 1_000_001, 190));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Those_that_wait_are_bounded_and_a_newcomer_has_the_same_chance_as_the_others(bool isOneTrust)
    {
        int most = isOneTrust ? FailureBudget.MaxWaitingPerTrust : FailureBudget.MaxWaiting;
        for (int number = 0; number < (isOneTrust ? 1 : 20); number++) _budget.Add((await EnterAsync(NameOf(number), 1))!, TimeSpan.FromSeconds(60));
        var waiting = new List<Task<FailurePlace?>>();
        for (int number = 0; number < most * 3; number++) waiting.Add(EnterAsync(NameOf(number), 1));
        Assert.Equal(most, _budget.Waiting);
        int[] thirds = [.. waiting.Chunk(most).Select(third => third.Count(task => !task.IsCompleted))];
        Assert.Equal(most, thirds.Sum());
        Assert.All(thirds, third => Assert.InRange(third, most / 20, most)); // neither the first nor the last have it all

        string NameOf(int number) => isOneTrust ? "wiki" : $"app{number % 20}";
    }

    [Fact]
    public async Task One_that_returns_is_not_displaced_and_is_drawn_first()
    {
        await FailAsync("wiki", 1, 200);
        Task<FailurePlace?> returning = EnterAsync("wiki", 1, returns: 1);
        Task<FailurePlace?>[] others = [.. Enumerable.Range(0, 5000).Select(_ => EnterAsync("wiki", 1))];
        Assert.False(returning.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(980)); // some 19 places, every second of them for those that return
        Assert.NotNull(await returning);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(others);
    }

    // The numbers of the finding: 100,000 forged key grants a minute from the consumer's own address. The consumer has
    // none that is good; it sends one request, and its retry policy sends it once more a second after it was turned away.
    [Theory]
    [InlineData(26)] // us: 2,048 bits
    [InlineData(45)] // 3,072 bits
    [InlineData(75)] // 4,096 bits
    public async Task In_a_flood_of_100_000_a_minute_a_first_request_has_its_place_within_10_seconds(int microseconds)
    {
        var cost = TimeSpan.FromMicroseconds(microseconds);
        for (int seed = 0; seed < 8; seed++)
        {
            var time = new ManualTimeProvider();
            var budget = new FailureBudget(time, new Random(seed).Next);
            await FloodAsync(budget, time, cost, TimeSpan.FromSeconds(12)); // until it is steady
            DateTimeOffset sent = time.GetUtcNow();
            int returns = 0;
            while (true)
            {
                Task<FailurePlace?> genuine = budget.EnterAsync("wiki", 1, cost, returns).AsTask();
                while (!genuine.IsCompleted) await FloodAsync(budget, time, cost, TimeSpan.FromMilliseconds(10));
                if (await genuine is not null) break;
                Assert.True(returns == 0, "The second try, the last of the retry policy, was turned away as well.");
                await FloodAsync(budget, time, cost, TimeSpan.FromSeconds(1)); // Retry-After
                returns++;
            }

            Assert.InRange(time.GetUtcNow() - sent, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
    }

    // A flood that sends each of its key grants six times, to be preferred as well, and then others: a genuine one that
    // comes again has been turned away more often in the end.
    [Theory]
    [InlineData(26)]
    [InlineData(45)]
    [InlineData(75)]
    public async Task A_flood_that_comes_again_six_times_is_passed_at_the_seventh_try(int microseconds)
    {
        var cost = TimeSpan.FromMicroseconds(microseconds);
        for (int seed = 0; seed < 8; seed++)
        {
            var time = new ManualTimeProvider();
            var budget = new FailureBudget(time, new Random(seed).Next);
            await FloodAsync(budget, time, cost, TimeSpan.FromSeconds(12), times: 6);
            int returns = 0;
            while (true)
            {
                Task<FailurePlace?> genuine = budget.EnterAsync("wiki", 1, cost, returns).AsTask();
                while (!genuine.IsCompleted) await FloodAsync(budget, time, cost, TimeSpan.FromMilliseconds(10), times: 6);
                if (await genuine is not null) break;
                returns++;
            }

            Assert.InRange(returns, 0, 6);
        }
    }

    // No starvation of one trust by another: whatever floods do, a trust that has no failures has its place at once, and
    // one that has some of its own waits for its own alone.
    [Property(MaxTest = 50)]
    public Property A_flood_of_other_trusts_never_keeps_a_trust_waiting() => ForAll.In(
        from floods in Gen.ArrayOf(Gen.Choose(1, 3000), 25)
        from networks in Gen.Choose(1, 400)
        from seed in Gen.Choose(0, 1_000_000)
        select (floods, networks, seed),
        flood =>
        {
            var time = new ManualTimeProvider();
            var budget = new FailureBudget(time, new Random(flood.seed).Next);
            for (int step = 0; step < 3; step++)
            {
                for (int trust = 0; trust < flood.floods.Length; trust++)
                {
                    for (int number = 0; number < flood.floods[trust]; number++)
                    {
                        _ = budget.EnterAsync($"app{trust}", (UInt128)(number % flood.networks), _cost, returns: number % 2).AsTask();
                    }
                }

                ValueTask<FailurePlace?> quiet = budget.EnterAsync("quiet", 1, _cost, returns: 0);
                if (!quiet.IsCompleted || quiet.Result is not { } place) return false;
                budget.Release(place);
                if (budget.Waiting > FailureBudget.MaxWaiting || budget.Trusts > flood.floods.Length) return false;
                time.Advance(TimeSpan.FromMilliseconds(400));
            }

            time.Advance(TimeSpan.FromSeconds(2));
            return budget.Waiting == 0;
        });

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)] // the same, by another socket
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::192.0.2.1", false)]
    [InlineData("192.0.2.1", null, false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void A_client_of_IPv6_has_a_network_of_addresses(string one, string? other, bool isSame) =>
        Assert.Equal(isSame, SourceNetwork.Of(IPAddress.Parse(one)) == SourceNetwork.Of(other is null ? null : IPAddress.Parse(other)));

    // A hundredth of a second at a time: 16 or 17 arrive in it.
    private static async Task FloodAsync(FailureBudget budget, ManualTimeProvider time, TimeSpan cost, TimeSpan duration, int times = 1)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < duration; passed += TimeSpan.FromMilliseconds(10))
        {
            for (int number = 0; number < 17; number++) _ = budget.EnterAsync("wiki", 1, cost, returns: number % times).AsTask();
            time.Advance(TimeSpan.FromMilliseconds(10));
        }

        await Task.Yield();
    }

    private Task<FailurePlace?> EnterAsync(string trust, UInt128 network, int returns = 0) => _budget.EnterAsync(trust, network, _cost, returns).AsTask();

    // Counts the failures that have a place at once, or within a time.
    private async Task<int> FailAsync(string trust, UInt128 network, int count, TimeSpan? within = null)
    {
        Task<FailurePlace?>[] all = [.. Enumerable.Range(0, count).Select(_ => EnterAsync(trust, network))];
        if (within is { } time) _time.Advance(time);
        int passed = 0;
        foreach (Task<FailurePlace?> one in all.Where(one => one.IsCompleted)) passed += await one is null ? 0 : 1;
        return passed;
    }
}
