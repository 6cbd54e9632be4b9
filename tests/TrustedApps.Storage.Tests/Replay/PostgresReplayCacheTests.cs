using Npgsql;
using TrustedApps.Replay;
using TrustedApps.Storage.Replay;
using static TrustedApps.Storage.Tests.Replay.ReplayNodes;

namespace TrustedApps.Storage.Tests.Replay;

public class PostgresReplayCacheTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Of_many_identical_assertions_over_two_nodes_one_is_the_first()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache[] stores = [nodes.Start(), nodes.Start()];
        ReplayEntry record = Once(1);
        ReplayStatus[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(() => AskAsync(stores[number % 2], record))));
        Assert.Equal(1, answers.Count(answer => answer == ReplayStatus.First));
        Assert.Equal(199, answers.Count(answer => answer == ReplayStatus.Repeated));
    }

    [Fact]
    public async Task Of_each_of_many_marks_that_nodes_write_at_once_one_is_the_first()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache[] stores = [nodes.Start(), nodes.Start(), nodes.Start()];
        long now = Now;
        // Every node has them in another order, and they lie in five tables.
        (int Mark, ReplayStatus Status)[] answers = await Task.WhenAll(stores.SelectMany((store, node) => Enumerable.Range(0, 2000).Select(async number =>
        {
            int mark = ((number * (1 + (6 * node))) + (node * 77)) % 2000;
            return (mark, await AskAsync(store, Once(mark, now - (mark % 5 * 120_000L))));
        })));
        Assert.All(answers.GroupBy(answer => answer.Mark), group =>
        {
            Assert.Equal(1, group.Count(answer => answer.Status == ReplayStatus.First));
            Assert.Equal(2, group.Count(answer => answer.Status == ReplayStatus.Repeated));
        });
        Assert.Equal(2000, await nodes.CountOnceOnlyAsync());
    }

    [Fact]
    public async Task Distinct_ones_are_all_first_and_applications_do_not_see_each_others()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache[] stores = [nodes.Start(), nodes.Start()];
        ReplayStatus[] answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number =>
            AskAsync(stores[number % 2], Once(number / 2, application: number % 2 == 0 ? "wiki" : "Wiki"))));
        Assert.All(answers, answer => Assert.Equal(ReplayStatus.First, answer));
        Assert.Equal(ReplayStatus.First, await AskAsync(stores[0], LegacyEntry(Mark(1))));
        Assert.Equal(ReplayStatus.First, await AskAsync(stores[0], ReplayEntry.Legacy("Wiki", [Mark(1)], Now, Now + 60_000, Now)));
    }

    [Fact]
    public async Task What_one_node_has_seen_the_other_knows()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        (PostgresReplayCache one, PostgresReplayCache other) = (nodes.Start(), nodes.Start());
        ReplayEntry record = Once(1);
        Assert.Equal(ReplayStatus.First, await AskAsync(one, record));
        Assert.Equal(ReplayStatus.Repeated, await AskAsync(one, record));
        Assert.Equal(ReplayStatus.Repeated, await AskAsync(other, record));
        Assert.Equal(1, one.OnceOnly.Batches);
        Assert.Equal(1, await nodes.CountOnceOnlyAsync());
    }

    [Fact]
    public async Task Requests_that_come_while_the_writers_are_busy_go_together()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        long issued = Now;
        await AskAsync(store, Once(-1, issued));

        Task<ReplayStatus[]> answers;
        await using (NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({ReplaySchema.LockClass}, {ReplayRing.SlotOf(issued / 1000)})", connection);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            answers = Task.WhenAll(Enumerable.Range(0, 500).Select(number => AskAsync(store, Once(number, issued))));
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.All(await answers, answer => Assert.Equal(ReplayStatus.First, answer));
        Assert.InRange(store.OnceOnly.Batches, 1 + 2, 1 + 12);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_makes_it_unavailable_and_the_mark_is_spent()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start(new PostgresReplayOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        ReplayEntry stuck = Once(1);
        await AskUntilAvailableAsync(store, () => Once(NextMark()));

        await using (NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand($"LOCK TABLE {ReplaySchema.OnceOnlyTable(ReplayRing.SlotOf(stuck.IssuedAt / 1000))}", connection);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            ReplayResult answer = await store.TryAddAsync(stuck, TestContext.Current.CancellationToken);
            Assert.Equal(new ReplayResult(ReplayStatus.Unavailable, TimeSpan.FromSeconds(1)), answer);
        }

        Assert.Equal(ReplayStatus.First, await AskUntilAvailableAsync(store, () => Once(NextMark())));
        Assert.Equal(ReplayStatus.Repeated, await AskAsync(store, stuck));
    }

    [Fact]
    public async Task A_legacy_assertion_of_which_the_database_said_nothing_is_not_known()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start(new PostgresReplayOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        await AskUntilAvailableAsync(store, () => LegacyEntry(Mark(NextMark())));
        ReplayEntry record = LegacyEntry(Mark(1, 1));

        await using (NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand("LOCK TABLE trusted_apps_replay_legacy", connection);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, record));
            Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, record)); // not repeated: that would be accepted
        }
    }

    [Fact]
    public async Task A_queue_that_is_full_is_unavailable()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start(Patient with { QueueCapacity = 12, MaxBatch = 1, Writers = 1 });
        await AskAsync(store, Once(-1));
        await nodes.ExecuteAsync("SELECT 1");

        await using NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand($"LOCK TABLE {string.Join(", ", Enumerable.Range(0, 16).Select(ReplaySchema.OnceOnlyTable))}", connection);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        Task<ReplayStatus>[] asked = [.. Enumerable.Range(0, 10).Select(number => AskAsync(store, Once(number)))];
        Assert.InRange(asked.Count(one => one.IsCompleted && one.Result == ReplayStatus.Unavailable), 6, 7); // three wait, and one may be under way
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        ReplayStatus[] answers = await Task.WhenAll(asked);
        Assert.InRange(answers.Count(one => one == ReplayStatus.First), 3, 4);
    }

    [Fact]
    public async Task A_request_that_ends_leaves_the_others_of_its_batch_alone()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start(Patient with { Writers = 1 });
        await AskAsync(store, Once(-1));
        using var ended = new CancellationTokenSource();
        Task<ReplayResult> cancelled;
        Task<ReplayStatus[]> others;
        await using (NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand($"LOCK TABLE {string.Join(", ", Enumerable.Range(0, 16).Select(ReplaySchema.OnceOnlyTable))}", connection);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            cancelled = store.TryAddAsync(Once(1), ended.Token).AsTask();
            others = Task.WhenAll(Enumerable.Range(2, 20).Select(number => AskAsync(store, Once(number))));
            await ended.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        }

        Assert.All(await others, answer => Assert.Equal(ReplayStatus.First, answer));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.TryAddAsync(Once(99), ended.Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_bounds_are_those_of_the_memory_in_front(bool onceOnly)
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start(Patient with { Front = new InMemoryReplayCacheOptions { Capacity = 3, CapacityPerApplication = 2 } });
        Assert.Equal(ReplayStatus.First, await AskAsync(store, Record("wiki", 1)));
        Assert.Equal(ReplayStatus.First, await AskAsync(store, Record("wiki", 2)));
        Assert.Equal(ReplayStatus.Full, await AskAsync(store, Record("wiki", 3)));
        Assert.Equal(ReplayStatus.First, await AskAsync(store, Record("blog", 3)));
        Assert.Equal(ReplayStatus.Full, await AskAsync(store, Record("blog", 4)));
        Assert.Equal(ReplayStatus.First, await AskAsync(nodes.Start(), Record("wiki", 3))); // was not written

        ReplayEntry Record(string application, int key) => onceOnly ? Once(key, application: application) : ReplayEntry.Legacy(application, [Mark(key)], Now, Now + 60_000, Now);
    }

    [Fact]
    public async Task Without_a_new_installation_what_may_have_been_accepted_before_is_refused()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync(), isNew: false);
        long horizon = await nodes.QueryAsync<long>("SELECT start_horizon FROM trusted_apps_replay_state");
        PostgresReplayCache store = nodes.Start();
        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromSeconds(1)), await store.TryAddAsync(Once(1, horizon * 1000), TestContext.Current.CancellationToken));
        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromSeconds(11)), await store.TryAddAsync(Once(2, (horizon - 10) * 1000), TestContext.Current.CancellationToken));
        Assert.Equal(0, await nodes.CountOnceOnlyAsync());
        Assert.Equal(ReplayStatus.First, await AskAsync(store, Once(3, (horizon + 1) * 1000)));
        long started = await nodes.QueryAsync<long>("SELECT started FROM trusted_apps_replay_state");
        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromMilliseconds(1)), await store.TryAddAsync(LegacyAt(started + 960_000), TestContext.Current.CancellationToken));
        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromMilliseconds(960_001)), await store.TryAddAsync(LegacyAt(started), TestContext.Current.CancellationToken));
        Assert.Equal(0, await nodes.QueryAsync<long>("SELECT count(*) FROM trusted_apps_replay_legacy WHERE companion <> mark"));
        Assert.Equal(ReplayStatus.First, await AskAsync(store, LegacyAt(started + 960_001)));
        Assert.Equal(ReplayStatus.Conflicting, await AskAsync(nodes.Start(), ReplayEntry.Legacy("wiki", [Mark(1, 7)], started, Now + 60_000, Now)));
        await nodes.RecordNewAsync();
        Assert.Equal(ReplayStatus.First, await AskAsync(store, Once(4, horizon * 1000)));
        Assert.Equal(ReplayStatus.First, await AskAsync(store, ReplayEntry.Legacy("wiki", [Mark(2)], started, Now + 60_000, Now, 960_000)));

        static ReplayEntry LegacyAt(long issuedAt) => ReplayEntry.Legacy("wiki", [Mark(1)], issuedAt, issuedAt + 60_000, Now, 960_000);
    }

    [Fact]
    public async Task Values_at_the_edges_are_answered()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        await Assert.ThrowsAsync<ArgumentException>("record", async () => await store.TryAddAsync(default, CancellationToken.None));
        long now = Now;
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, Once(1, now, lifetime: 961))); // longer than the ring surely holds
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, ReplayEntry.Once("wiki", 1, 0, long.MaxValue, now)));
        Assert.Equal(ReplayStatus.Conflicting, await AskAsync(store, ReplayEntry.Once("wiki", 1, 0, 1, 0)));
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, ReplayEntry.Once("wiki", 1, long.MaxValue - 1, long.MaxValue, long.MaxValue)));
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, Once(1, now + 3_600_000)));
        foreach (UInt128 key in new[] { UInt128.Zero, UInt128.MaxValue, UInt128.One << 127 })
        {
            ReplayEntry record = ReplayEntry.Once(new string('\u4e2d', 255), key, now, now + 90_000, now);
            Assert.Equal(ReplayStatus.First, await AskAsync(store, record));
            Assert.Equal(ReplayStatus.Repeated, await AskAsync(nodes.Start(), record));
            ReplayEntry legacy = ReplayEntry.Legacy("'; --", [new ReplayKey(key, ~key)], long.MinValue, long.MaxValue, now);
            Assert.Equal(ReplayStatus.First, await AskAsync(store, legacy));
            Assert.Equal(ReplayStatus.Repeated, await AskAsync(nodes.Start(), legacy));
        }

        Assert.Equal(ReplayStatus.Conflicting, await AskAsync(store, ReplayEntry.Legacy("wiki", [Mark(1)], 0, long.MinValue, now)));
    }

    [Fact]
    public async Task After_it_is_disposed_it_is_unavailable()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        await AskAsync(store, Once(1));
        await store.DisposeAsync();
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, Once(2)));
        Assert.Empty(nodes.Log.Ours);
    }

    private static int _mark = 1_000_000;

    private static int NextMark() => Interlocked.Increment(ref _mark);
}
