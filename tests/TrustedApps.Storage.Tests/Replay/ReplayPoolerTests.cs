using Npgsql;
using TrustedApps.Replay;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Replay;
using static TrustedApps.Storage.Tests.Replay.ReplayNodes;

namespace TrustedApps.Storage.Tests.Replay;

/// <summary>A real PgBouncer in transaction mode: each transaction may run on another session.</summary>
public class ReplayPoolerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Behind_a_pooler_of_transactions_every_request_is_answered_and_none_twice()
    {
        PostgresCluster cluster = await postgres.Cluster;
        await using PgBouncer pooler = await PgBouncer.StartAsync(cluster, poolSize: 3);
        await using ReplayNodes nodes = await CreateAsync(pooler.Through(await cluster.CreateDatabaseAsync(), cluster));
        PostgresReplayCache[] stores = [nodes.Start(), nodes.Start()];
        for (int round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(round * 50, 50).Select(async number =>
            {
                ReplayEntry once = Once(number), older = LegacyEntry(Mark(number, 1), Mark(-number - 1, 2));
                ReplayStatus[] answers = await Task.WhenAll(stores.Select(store => AskAsync(store, once)));
                Assert.Equal([ReplayStatus.Repeated, ReplayStatus.First], answers.Order());
                answers = await Task.WhenAll(stores.Select(store => AskAsync(store, older)));
                Assert.Equal([ReplayStatus.Repeated, ReplayStatus.First], answers.Order());
            }));
            await stores[round % 2].MaintainAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        }

        Assert.Empty(nodes.Log.Lines);
    }

    [Fact]
    public async Task No_setting_and_no_statement_stays_on_a_session()
    {
        PostgresCluster cluster = await postgres.Cluster;
        await using PgBouncer pooler = await PgBouncer.StartAsync(cluster, poolSize: 1);
        string connection = pooler.Through(await cluster.CreateDatabaseAsync(), cluster);
        await using StoreDatabase database = StoreDatabase.Of(connection + ";Max Auto Prepare=20;Auto Prepare Min Usages=1");
        await StoreSchema.Current.UpgradeAsync(database, TestContext.Current.CancellationToken);
        await using var store = new PostgresReplayCache(database.Postgres!, Microsoft.Extensions.Logging.Abstractions.NullLogger<PostgresReplayCache>.Instance, Patient);
        for (int number = 0; number < 20; number++)
        {
            await AskAsync(store, Once(number));
            await AskAsync(store, LegacyEntry(Mark(number)));
            await using StoreConnection opened = await database.OpenAsync(TestContext.Current.CancellationToken);
            await opened.ReadNumberAsync($"SELECT number FROM trusted_apps_changes", TestContext.Current.CancellationToken);
        }

        await using NpgsqlDataSource plain = NpgsqlDataSource.Create(connection);
        Assert.Equal(0L, await ReadAsync("SELECT count(*) FROM pg_prepared_statements"));
        Assert.Equal(0L, await ReadAsync("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"));
        Assert.Equal("on", await ReadAsync("SELECT current_setting('enable_seqscan')"));
        Assert.Equal("0", await ReadAsync("SELECT current_setting('statement_timeout')"));

        async Task<object?> ReadAsync(string sql)
        {
            await using NpgsqlCommand command = plain.CreateCommand(sql);
            return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_store_that_answers_with_an_error_is_not_said_to_be_silent()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        await AskAsync(store, Once(1));
        await nodes.ExecuteAsync($"ALTER TABLE {ReplaySchema.OnceOnlyTable(ReplayRing.SlotOf(Now / 1000))} RENAME TO gone; ALTER TABLE {ReplaySchema.OnceOnlyTable(ReplayRing.SlotOf((Now / 1000) + 120))} RENAME TO gone2");
        Assert.Equal(ReplayStatus.Unavailable, await AskAsync(store, Once(2)));
        LogLine line = await nodes.Log.FirstAsync("ReplayStoreFailed");
        Assert.Contains("42P01", line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(nodes.Log.Lines, other => other.Event.Name == "ReplayStoreLost");
    }
}
