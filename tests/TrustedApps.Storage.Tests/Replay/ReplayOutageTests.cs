using System.Collections.Concurrent;
using TrustedApps.Replay;
using TrustedApps.Storage.Replay;
using static TrustedApps.Storage.Tests.Replay.ReplayNodes;

namespace TrustedApps.Storage.Tests.Replay;

/// <summary>With a server of their own, which they stop.</summary>
public class ReplayOutageTests
{
    [Fact]
    public async Task What_was_accepted_before_nodes_and_server_fell_is_not_accepted_again()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await using ReplayNodes nodes = await CreateAsync(await cluster.CreateDatabaseAsync());
        ReplayEntry[] records = [.. Enumerable.Range(0, 300).Select(number => Once(number))];
        ReplayEntry legacy = LegacyEntry(Mark(1, 1), Mark(2, 2));

        PostgresReplayCache before = nodes.Start();
        Task<ReplayStatus[]> asked = Task.WhenAll(records.Select(record => AskAsync(before, record)));
        Assert.Equal(ReplayStatus.First, await AskAsync(before, legacy));
        Assert.All(await asked, answer => Assert.Equal(ReplayStatus.First, answer));
        await cluster.StopAsync(StopMode.Immediate);
        await before.DisposeAsync();
        await cluster.StartAgainAsync();

        PostgresReplayCache after = nodes.Start();
        Assert.Equal(ReplayStatus.First, await AskUntilAvailableAsync(after, () => Once(NextMark())));
        Assert.All(await Task.WhenAll(records.Select(record => AskAsync(after, record))), answer => Assert.Equal(ReplayStatus.Repeated, answer));
        Assert.Equal(ReplayStatus.Repeated, await AskAsync(after, legacy));
        Assert.Equal(ReplayStatus.Conflicting, await AskAsync(after, LegacyEntry(Mark(1, 9))));
    }

    [Fact]
    public async Task A_server_that_falls_under_load_makes_it_unavailable_until_it_is_back_and_nothing_is_accepted_twice()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await using ReplayNodes nodes = await CreateAsync(await cluster.CreateDatabaseAsync());
        PostgresReplayCache[] stores = [nodes.Start(new PostgresReplayOptions()), nodes.Start(new PostgresReplayOptions())];
        await Task.WhenAll(stores.Select(store => AskUntilAvailableAsync(store, () => Once(NextMark()))));

        using var enough = new CancellationTokenSource();
        var accepted = new ConcurrentBag<int>();
        var others = new ConcurrentDictionary<ReplayStatus, int>();
        int shared = 0;
        Task[] load = [.. Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                int mark = Interlocked.Increment(ref shared) / 2; // each about twice, on either node
                ReplayStatus status = await AskAsync(stores[worker % 2], Once(mark, _issuedAt));
                if (status == ReplayStatus.First) accepted.Add(mark);
                else others.AddOrUpdate(status, 1, (_, count) => count + 1);
            }
        }))];

        await cluster.StopAsync(StopMode.Immediate);
        await nodes.Log.FirstAsync("ReplayStoreLost");
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(stores[0], Once(NextMark())));
        await cluster.StartAgainAsync();
        await nodes.Log.FirstAsync("ReplayStoreBack");
        await Task.WhenAll(stores.Select(store => AskUntilAvailableAsync(store, () => Once(NextMark()))));
        await enough.CancelAsync();
        await Task.WhenAll(load);

        int[] marks = [.. accepted];
        Assert.Equal(marks.Length, marks.Distinct().Count());
        Assert.Empty(others.Keys.Except([ReplayStatus.Repeated, ReplayStatus.Unavailable]));

        PostgresReplayCache after = nodes.Start(Patient with { QueueCapacity = 1_000_000 });
        Assert.DoesNotContain(ReplayStatus.First, await Task.WhenAll(marks.Select(mark => AskAsync(after, Once(mark, _issuedAt)))));
    }

    [Fact]
    public async Task It_says_once_that_the_database_is_gone_and_once_that_it_is_back()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync();
        await using ReplayNodes nodes = await CreateAsync(await cluster.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        await AskAsync(store, Once(1));
        await cluster.StopAsync();
        for (int number = 0; number < 20; number++) Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, Once(NextMark())));
        for (int number = 0; number < 20; number++) Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, LegacyEntry(Mark(NextMark()))));
        Assert.Single(nodes.Log.Lines);
        await cluster.StartAgainAsync();
        Assert.Equal(ReplayStatus.First, await AskUntilAvailableAsync(store, () => Once(NextMark())));
        await nodes.Log.FirstAsync("ReplayStoreBack");
        Assert.Equal(["ReplayStoreLost", "ReplayStoreBack"], nodes.Log.Lines.Select(line => line.Event.Name));
    }

    [Fact]
    public async Task A_server_that_was_recovered_on_a_new_timeline_counts_as_a_start()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true, "restore_command=false");
        await using ReplayNodes nodes = await CreateAsync(await cluster.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        Assert.Equal(ReplayStatus.First, await AskAsync(store, Once(1)));
        await cluster.StopAsync();
        await cluster.RecoverAsync();
        Assert.Equal(ReplayStatus.Starting, await AskUntilAvailableAsync(store, () => Once(NextMark())));
    }

    private static readonly long _issuedAt = Now;

    private static int _mark = 100_000_000;

    private static int NextMark() => Interlocked.Increment(ref _mark);
}
