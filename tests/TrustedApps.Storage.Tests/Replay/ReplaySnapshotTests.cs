using TrustedApps.Replay;
using TrustedApps.Storage.Replay;
using static TrustedApps.Storage.Tests.Replay.ReplayNodes;

namespace TrustedApps.Storage.Tests.Replay;

/// <summary>A snapshot of the disk of a real server is put back: same system, same timeline, same tables.</summary>
public class ReplaySnapshotTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_that_was_running_notices_it_and_a_new_node_refuses_what_may_be_lost(bool isStopped)
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await using ReplayNodes nodes = await CreateAsync(await cluster.CreateDatabaseAsync());
        PostgresReplayCache running = nodes.Start(), idle = nodes.Start();
        Assert.Equal(ReplayStatus.First, await AskAsync(running, Once(1)));
        await MaintainAsync(idle);
        if (isStopped) await cluster.StopAsync();
        await cluster.TakeSnapshotAsync();
        if (isStopped) await cluster.StartAgainAsync();

        ReplayEntry lost = await FirstAsync(running, () => Once(NextMark()));
        ReplayEntry older = await FirstAsync(running, () => LegacyEntry(Mark(NextMark(), 1)));
        await cluster.StopAsync(StopMode.Immediate);
        await cluster.RestoreSnapshotAsync();
        await cluster.StartAgainAsync();

        Assert.Equal(ReplayStatus.Starting, await AskUntilAvailableAsync(running, () => Once(NextMark())));
        Assert.Contains(nodes.Log.Lines, line => line.Event.Name == "ReplayServerChanged");
        PostgresReplayCache fresh = nodes.Start();
        Assert.Equal(ReplayStatus.Starting, await AskAsync(fresh, lost));
        Assert.Equal(ReplayStatus.Starting, await AskAsync(fresh, older));
        Assert.NotEqual(ReplayStatus.First, await AskAsync(running, lost));
        Assert.NotEqual(ReplayStatus.First, await AskUntilAvailableAsync(idle, () => lost));
    }

    [Fact]
    public async Task A_node_that_accepted_nothing_itself_notices_it_too()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await using ReplayNodes nodes = await CreateAsync(await cluster.CreateDatabaseAsync());
        PostgresReplayCache idle = nodes.Start(), other = nodes.Start();
        await MaintainAsync(idle);
        await cluster.TakeSnapshotAsync();
        ReplayEntry lost = await FirstAsync(other, () => Once(NextMark()));
        await MaintainAsync(idle); // its heartbeat
        await other.DisposeAsync();
        await cluster.StopAsync(StopMode.Immediate);
        await cluster.RestoreSnapshotAsync();
        await cluster.StartAgainAsync();
        Assert.Equal(ReplayStatus.Starting, await AskUntilAvailableAsync(idle, () => lost));
    }

    [Fact]
    public async Task A_server_that_only_stopped_or_fell_has_lost_nothing()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await using ReplayNodes nodes = await CreateAsync(await cluster.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        foreach (StopMode mode in new[] { StopMode.Fast, StopMode.Immediate })
        {
            ReplayEntry seen = await FirstAsync(store, () => Once(NextMark()));
            await cluster.StopAsync(mode);
            await cluster.StartAgainAsync();
            await FirstAsync(store, () => Once(NextMark()));
            Assert.Equal(ReplayStatus.Repeated, await AskAsync(nodes.Start(), seen));
        }

        Assert.DoesNotContain(nodes.Log.Lines, line => line.Event.Name == "ReplayServerChanged");
    }

    private static int _mark = 200_000_000;

    private static int NextMark() => Interlocked.Increment(ref _mark);

    private static Task MaintainAsync(PostgresReplayCache store) => store.MaintainAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);

    // An entry that was accepted. After an outage the first tries may be refused.
    private static async Task<ReplayEntry> FirstAsync(PostgresReplayCache store, Func<ReplayEntry> make)
    {
        ReplayEntry entry = default;
        Assert.Equal(ReplayStatus.First, await AskUntilAvailableAsync(store, () => entry = make()));
        return entry;
    }
}
