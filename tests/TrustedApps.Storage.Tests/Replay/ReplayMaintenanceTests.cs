using Npgsql;
using TrustedApps.Replay;
using TrustedApps.Storage.Replay;
using static TrustedApps.Storage.Tests.Replay.ReplayNodes;

namespace TrustedApps.Storage.Tests.Replay;

public class ReplayMaintenanceTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_cannot_be_accepted_any_more_is_dropped_and_never_let_in_again()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        ReplayEntry record = Once(1);
        Assert.Equal(ReplayStatus.First, await AskAsync(store, record));

        await store.MaintainAsync(TimeSpan.FromSeconds(960), TestContext.Current.CancellationToken);
        Assert.Equal(1, await nodes.CountOnceOnlyAsync());
        Assert.Equal(ReplayStatus.Repeated, await AskAsync(nodes.Start(), record));

        await store.MaintainAsync(TimeSpan.FromSeconds(1320), TestContext.Current.CancellationToken);
        Assert.Equal(0, await nodes.CountOnceOnlyAsync());
        long horizon = await HorizonAsync(nodes);
        Assert.InRange(horizon, record.IssuedAt / 1000, (record.IssuedAt / 1000) + 240);

        // The clock is right again, or set back: what is gone stays gone.
        foreach (int shift in new[] { 0, -100_000 })
        {
            await store.MaintainAsync(TimeSpan.FromSeconds(shift), TestContext.Current.CancellationToken);
            Assert.Equal(horizon, await HorizonAsync(nodes));
            Assert.Equal(ReplayStatus.Conflicting, await AskAsync(nodes.Start(), record));
            Assert.Equal(ReplayStatus.Conflicting, await AskAsync(nodes.Start(), Once(2, horizon * 1000)));
        }

        Assert.Equal(ReplayStatus.First, await AskAsync(nodes.Start(), Once(2, (horizon + 1) * 1000)));
        Assert.Equal(ReplayStatus.First, await AskAsync(nodes.Start(), Once(3, (horizon + ReplayRing.Span) * 1000)));
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(nodes.Start(), Once(4, (horizon + ReplayRing.Span + 1) * 1000)));
    }

    [Fact]
    public async Task Each_table_holds_one_bucket_however_far_the_horizon_is_raised()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start(); // accepts nothing: it would miss what this test deletes
        int mark = 0;
        foreach (int step in new[] { 0, 120, 360, 1800, 1920, 2040, 100_000 })
        {
            await store.MaintainAsync(TimeSpan.FromSeconds(step), TestContext.Current.CancellationToken);
            long horizon = await HorizonAsync(nodes);
            await nodes.ExecuteAsync(string.Join(';', Enumerable.Range(0, 16).Select(slot => $"DELETE FROM {ReplaySchema.OnceOnlyTable(slot)}")));
            long[] issued = [.. Enumerable.Range(0, 16).Select(bucket => horizon + 1 + (bucket * 120))];
            PostgresReplayCache other = nodes.Start();
            Assert.All(await Task.WhenAll(issued.Select(second => AskAsync(other, Once(++mark, second * 1000)))), answer => Assert.Equal(ReplayStatus.First, answer));
            await other.DisposeAsync();
            Assert.Equal(16, await nodes.CountOnceOnlyAsync());

            await store.MaintainAsync(TimeSpan.FromSeconds(step + 240), TestContext.Current.CancellationToken);
            long raised = await HorizonAsync(nodes);
            Assert.Equal(issued.Count(second => second > raised), await nodes.CountOnceOnlyAsync());
        }
    }

    [Fact]
    public async Task Nodes_that_maintain_at_once_and_write_meanwhile_accept_nothing_twice()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache[] stores = [nodes.Start(), nodes.Start(), nodes.Start()];
        long now = Now;
        int[] firsts = new int[300];
        for (int round = 0; round < 12; round++)
        {
            // The horizon runs over the time in which they were issued. Nodes forget what they have in front, as if started anew.
            int shift = 960 + (round * 60);
            Task[] maintaining = [.. stores.Select(store => store.MaintainAsync(TimeSpan.FromSeconds(shift), TestContext.Current.CancellationToken))];
            PostgresReplayCache[] fresh = [nodes.Start(), nodes.Start()];
            await Task.WhenAll(fresh.SelectMany(store => Enumerable.Range(0, firsts.Length).Select(async mark =>
            {
                if (await AskAsync(store, Once(mark, now - (mark * 1000))) == ReplayStatus.First) Interlocked.Increment(ref firsts[mark]);
            })));
            await Task.WhenAll(maintaining);
            foreach (PostgresReplayCache store in fresh) await store.DisposeAsync();
        }

        Assert.All(firsts, count => Assert.InRange(count, 0, 1));
        Assert.Equal(1, firsts[0]);
    }

    [Fact]
    public async Task A_writer_that_waits_for_the_table_sees_the_horizon_that_was_raised_meanwhile()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        ReplayEntry record = Once(1);
        Assert.Equal(ReplayStatus.First, await AskAsync(nodes.Start(), record));
        PostgresReplayCache other = nodes.Start(Patient with { Writers = 1 });
        await AskAsync(other, Once(2, record.IssuedAt));

        Task<ReplayStatus> asked;
        await using (NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            int slot = ReplayRing.SlotOf(record.IssuedAt / 1000);
            await using var empty = new NpgsqlCommand(
                $"SELECT pg_advisory_xact_lock({ReplaySchema.LockClass}, {slot}); UPDATE trusted_apps_replay_state SET drop_horizon = drop_horizon + 1800; TRUNCATE {ReplaySchema.OnceOnlyTable(slot)}", connection);
            await empty.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            asked = AskAsync(other, record);
            while (await nodes.QueryAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == 0)
            {
            }

            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(ReplayStatus.Conflicting, await asked);
    }

    [Fact]
    public async Task Somebody_who_reads_the_tables_for_long_does_not_keep_the_horizon_down()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        await AskAsync(store, Once(1));
        await using NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var dump = new NpgsqlCommand($"LOCK TABLE {string.Join(", ", Enumerable.Range(0, 16).Select(ReplaySchema.OnceOnlyTable))} IN ACCESS SHARE MODE", connection);
        await dump.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await store.MaintainAsync(TimeSpan.FromSeconds(1320), TestContext.Current.CancellationToken);
        Assert.Equal(0, await nodes.CountOnceOnlyAsync());
    }

    [Fact]
    public async Task A_restore_into_the_same_database_counts_as_a_start()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache before = nodes.Start();
        Assert.Equal(ReplayStatus.First, await AskAsync(before, Once(1)));
        await before.DisposeAsync();

        // As pg_restore --clean does it: another table, the same row.
        await nodes.ExecuteAsync(
            """
            CREATE TABLE dumped AS SELECT * FROM trusted_apps_replay_state;
            DROP TABLE trusted_apps_replay_state;
            CREATE TABLE trusted_apps_replay_state AS SELECT * FROM dumped;
            TRUNCATE trusted_apps_replay_legacy;
            """);
        PostgresReplayCache after = nodes.Start();
        Assert.Equal(ReplayStatus.Starting, await AskAsync(after, Once(2)));
        long started = await nodes.QueryAsync<long>("SELECT started FROM trusted_apps_replay_state");
        Assert.Equal(ReplayStatus.Starting, await AskAsync(after, ReplayEntry.Legacy("wiki", [Mark(1)], started, started + 60_000, Now)));
    }

    [Theory]
    [InlineData("timeline = timeline + 1")]
    [InlineData("system_identifier = system_identifier - 1")]
    [InlineData("table_oid = table_oid + 1")]
    public async Task Another_server_than_before_counts_as_a_start(string change)
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        Assert.Equal(ReplayStatus.First, await AskAsync(store, Once(1)));
        await nodes.ExecuteAsync($"UPDATE trusted_apps_replay_state SET {change}");
        PostgresReplayCache other = nodes.Start(); // looks when it connects
        Assert.Equal(ReplayStatus.Starting, await AskAsync(other, Once(2)));
        Assert.Equal(ReplayStatus.Starting, await AskAsync(store, Once(3)));
        long started = await nodes.QueryAsync<long>("SELECT started FROM trusted_apps_replay_state");
        Assert.Equal(ReplayStatus.Starting, await AskAsync(store, ReplayEntry.Legacy("wiki", [Mark(1)], started, started + 60_000, Now)));
        Assert.Equal(ReplayStatus.Starting, await AskAsync(store, ReplayEntry.Legacy("wiki", [Mark(2)], started + 60_000, started + 120_000, Now, 60_000)));
        Assert.Equal(ReplayStatus.First, await AskAsync(store, ReplayEntry.Legacy("wiki", [Mark(2)], started + 60_001, started + 120_000, Now, 60_000)));
        long horizon = await nodes.QueryAsync<long>("SELECT start_horizon FROM trusted_apps_replay_state");
        Assert.Equal(ReplayStatus.First, await AskAsync(store, Once(4, (horizon + 1) * 1000)));
        Assert.Single(nodes.Log.Lines, line => line.Event.Name == "ReplayServerChanged");

        await store.MaintainAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken); // once
        Assert.Equal(horizon, await nodes.QueryAsync<long>("SELECT start_horizon FROM trusted_apps_replay_state"));
    }

    [Theory]
    [InlineData(-600)]
    [InlineData(0)]
    [InlineData(120)]
    public async Task After_a_change_of_servers_the_clock_that_is_ahead_counts(int difference)
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        await nodes.ExecuteAsync("UPDATE trusted_apps_replay_state SET timeline = timeline + 1");
        long earliest = Now + (Math.Max(difference, 0) * 1000L);
        await using NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await MaintenanceOf(nodes).RunAsync(connection, TimeSpan.Zero, TimeSpan.FromSeconds(difference), TestContext.Current.CancellationToken);
        Assert.InRange(await nodes.QueryAsync<long>("SELECT started FROM trusted_apps_replay_state"), earliest, earliest + 60_000);
        Assert.InRange(await nodes.QueryAsync<long>("SELECT start_horizon FROM trusted_apps_replay_state"), (earliest / 1000) + 60, (earliest / 1000) + 121);
    }

    [Theory]
    [InlineData(600, 600)]
    [InlineData(2, 2)]
    [InlineData(1, 0)] // clocks drift
    [InlineData(-600, 0)]
    public async Task A_start_that_was_recorded_with_a_clock_that_was_behind_is_reckoned_anew(int step, int raised)
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync(), isNew: false);
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        using var maintenance = new ReplayMaintenance(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), new ConfirmedMarks(), nodes.Log.CreateLogger("test"), clock);
        await using NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await RunAsync();
        (long horizon, long started) = await StartAsync();
        clock.Advance(TimeSpan.FromSeconds(100)); // both clocks
        await RunAsync();
        Assert.Equal((horizon, started), await StartAsync());

        clock.Step(TimeSpan.FromSeconds(step));
        for (int times = 0; times < 3; times++) await RunAsync();
        Assert.Equal((horizon + raised, started + (raised * 1000)), await StartAsync());
        clock.Step(TimeSpan.FromSeconds(-step)); // never falls
        await RunAsync();
        Assert.InRange((await StartAsync()).Horizon, horizon + raised, horizon + 600);

        Task RunAsync() => maintenance.RunAsync(connection, TimeSpan.Zero, TimeSpan.Zero, TestContext.Current.CancellationToken);

        async Task<(long Horizon, long Started)> StartAsync() => (
            await nodes.QueryAsync<long>("SELECT start_horizon FROM trusted_apps_replay_state"), await nodes.QueryAsync<long>("SELECT started FROM trusted_apps_replay_state"));
    }

    [Fact]
    public async Task A_new_installation_has_no_start_whatever_the_clock_does()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        using var maintenance = new ReplayMaintenance(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), new ConfirmedMarks(), nodes.Log.CreateLogger("test"), clock);
        await using NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await maintenance.RunAsync(connection, TimeSpan.Zero, TimeSpan.Zero, TestContext.Current.CancellationToken);
        clock.Step(TimeSpan.FromSeconds(600));
        await maintenance.RunAsync(connection, TimeSpan.Zero, TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal(0, await nodes.QueryAsync<long>("SELECT start_horizon FROM trusted_apps_replay_state"));
        Assert.Equal(-1, await nodes.QueryAsync<long>("SELECT started FROM trusted_apps_replay_state"));
    }

    [Fact]
    public async Task A_database_whose_clock_jumps_far_ahead_raises_no_horizon_for_good()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        using ReplayMaintenance maintenance = MaintenanceOf(nodes);
        await using NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        for (int times = 0; times < 3; times++) await maintenance.RunAsync(connection, TimeSpan.Zero, TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
        Assert.InRange(await HorizonAsync(nodes), 0, (Now / 1000) - 960);
        Assert.InRange(await nodes.QueryAsync<long>("SELECT legacy_horizon FROM trusted_apps_replay_state"), 0, Now);
        Assert.Equal(ReplayStatus.First, await AskAsync(nodes.Start(), Once(2)));
        Assert.Equal(ReplayStatus.First, await AskAsync(nodes.Start(), LegacyEntry(Mark(2))));
        Assert.Single(nodes.Log.Lines, line => line.Event.Name == "ReplayClockAhead");

        // It goes on by the node's clock, so that the ring does not run out.
        long raised = ReplayRing.HorizonAt((Now / 1000) + 2000);
        await maintenance.RunAsync(connection, TimeSpan.FromSeconds(2000), TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
        Assert.InRange(await HorizonAsync(nodes), raised, raised + 120);
    }

    [Fact]
    public async Task Without_its_row_of_state_it_is_unavailable()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        await AskAsync(store, Once(1));
        await AskAsync(store, LegacyEntry(Mark(1)));
        await nodes.ExecuteAsync("DELETE FROM trusted_apps_replay_state");
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, Once(2)));
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, LegacyEntry(Mark(2))));
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(nodes.Start(), Once(3)));
    }

    private static ReplayMaintenance MaintenanceOf(ReplayNodes nodes) => new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), new ConfirmedMarks(), nodes.Log.CreateLogger("test"), TimeProvider.System);

    private static Task<long> HorizonAsync(ReplayNodes nodes) => nodes.QueryAsync<long>("SELECT drop_horizon FROM trusted_apps_replay_state");
}
