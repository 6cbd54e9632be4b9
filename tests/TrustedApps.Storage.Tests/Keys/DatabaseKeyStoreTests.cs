using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;
using TrustedApps.Storage.Replay;

namespace TrustedApps.Storage.Tests.Keys;

public sealed class DatabaseKeyStoreTests(PostgresFixture postgres) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task At_the_first_start_keys_are_made_and_every_later_start_has_the_same(bool isPostgres)
    {
        string connection = await ConnectAsync(isPostgres);
        using DatabaseKeyStore first = Create(connection), second = Create(connection);

        await first.LoadAsync(Cancellation);
        await second.LoadAsync(Cancellation);

        Assert.True(first.Keys.HasVersion4Keys);
        Assert.Equal(PublicKeysOf(first), PublicKeysOf(second));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_nodes_that_start_at_once_one_makes_the_keys(bool isPostgres)
    {
        string connection = await ConnectAsync(isPostgres);
        DatabaseKeyStore[] nodes = [.. Enumerable.Range(0, 3).Select(_ => Create(connection))];

        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.LoadAsync(Cancellation).AsTask(), Cancellation)));

        Assert.All(nodes, node => Assert.Equal(PublicKeysOf(nodes[0]), PublicKeysOf(node)));
        foreach (DatabaseKeyStore node in nodes) node.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_is_seen_by_the_other_node_when_it_looks(bool isPostgres)
    {
        string connection = await ConnectAsync(isPostgres);
        using DatabaseKeyStore one = Create(connection), other = Create(connection);
        await one.LoadAsync(Cancellation);
        await other.LoadAsync(Cancellation);
        ApplicationKeys before = other.Keys;

        ApplicationKeys changed = await one.ChangeAsync(keys => keys.WithNext(TimeProvider.System.GetUtcNow()), Cancellation);
        Assert.Same(changed, one.Keys);
        await other.RefreshAsync(Cancellation);

        Assert.NotSame(before, other.Keys);
        Assert.Equal(PublicKeysOf(one), PublicKeysOf(other));
        ApplicationKeys unchanged = other.Keys;
        await other.RefreshAsync(Cancellation);
        Assert.Same(unchanged, other.Keys);
    }

    [Fact]
    public async Task Of_two_changes_at_once_none_is_lost()
    {
        string connection = await ConnectAsync(isPostgres: true);
        using DatabaseKeyStore one = Create(connection), other = Create(connection);
        await one.LoadAsync(Cancellation);
        await other.LoadAsync(Cancellation);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await one.ChangeAsync(keys => keys.WithNext(now), Cancellation);

        Task<ApplicationKeys>[] rotations = [one.ChangeAsync(keys => keys.Rotate(now), Cancellation), other.ChangeAsync(keys => keys.Rotate(now), Cancellation)];

        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(rotations)); // the second found no next keys
        Assert.Equal(1, rotations.Count(rotation => rotation.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Keys_that_the_folder_does_not_open_stop_the_start()
    {
        string connection = await ConnectAsync(isPostgres: false);
        using DatabaseKeyStore first = Create(connection), second = Create(connection, "another");
        await first.LoadAsync(Cancellation);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => second.LoadAsync(Cancellation).AsTask());

        Assert.Contains("cannot be decrypted with the key folder", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_change_throws_changes_nothing()
    {
        using DatabaseKeyStore store = Create(await ConnectAsync(isPostgres: false));
        await store.LoadAsync(Cancellation);
        ApplicationKeys before = store.Keys;

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.ChangeAsync(keys => keys.Rotate(TimeProvider.System.GetUtcNow()), Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.ChangeAsync(_ => TestKeys.Wiki, Cancellation));

        Assert.Same(before, store.Keys);
    }

    [Fact]
    public async Task Before_it_is_loaded_there_are_no_keys()
    {
        using DatabaseKeyStore store = Create(await ConnectAsync(isPostgres: false));

        Assert.Throws<InvalidOperationException>(() => store.Keys);
    }

    [Fact]
    public async Task The_first_keys_of_an_empty_store_end_the_wait_of_the_replay_memory()
    {
        string connection = await ConnectAsync(isPostgres: true);
        await using StoreDatabase database = StoreDatabase.Of(connection);
        var installation = new Installation();
        using DatabaseKeyStore store = Create(connection, installation: installation);
        await store.LoadAsync(Cancellation);

        await using StoreConnection connected = await database.OpenAsync(Cancellation);
        long horizon = await connected.ReadNumberAsync($"SELECT start_horizon FROM trusted_apps_replay_state", Cancellation);

        Assert.True(installation.IsNew);
        Assert.Equal(0, horizon);
    }

    [Fact]
    public async Task They_do_not_end_the_wait_after_a_fail_over()
    {
        string connection = await ConnectAsync(isPostgres: true);
        await using StoreDatabase database = StoreDatabase.Of(connection);
        await StoreSchema.Current.UpgradeAsync(database, Cancellation);
        await using StoreConnection connected = await database.OpenAsync(Cancellation);
        await connected.ExecuteAsync($"UPDATE trusted_apps_replay_state SET timeline = timeline + 1", Cancellation);
        await using (NpgsqlConnection maintained = await database.Postgres!.OpenConnectionAsync(Cancellation))
        {
            await new ReplayMaintenance(TimeSpan.Zero, TimeSpan.FromSeconds(30), new ConfirmedMarks(), NullLogger.Instance, TimeProvider.System).RunAsync(maintained, TimeSpan.Zero, TimeSpan.Zero, Cancellation);
        }

        using DatabaseKeyStore store = Create(connection);
        await store.LoadAsync(Cancellation);

        long horizon = await connected.ReadNumberAsync($"SELECT start_horizon FROM trusted_apps_replay_state", Cancellation);
        Assert.NotEqual(0, horizon);
    }

    [Fact]
    public async Task A_store_is_new_once_the_first_keys_are_committed()
    {
        string connection = await ConnectAsync(isPostgres: false);
        await using StoreDatabase database = StoreDatabase.Of(connection);
        await StoreSchema.Current.UpgradeAsync(database, Cancellation);
        await using (StoreConnection connected = await database.OpenAsync(Cancellation))
        {
            await connected.ExecuteAsync($"CREATE TRIGGER refused BEFORE INSERT ON trusted_apps_keys BEGIN SELECT RAISE(ABORT, 'full'); END", Cancellation);
        }

        var installation = new Installation();
        using DatabaseKeyStore store = Create(connection, installation: installation);
        await Assert.ThrowsAnyAsync<DbException>(() => store.LoadAsync(Cancellation).AsTask());
        Assert.False(installation.IsNew);
    }

    [Fact]
    public async Task Keys_that_are_made_beside_others_or_beside_trusts_do_not()
    {
        string connection = await ConnectAsync(isPostgres: true);
        await using StoreDatabase database = StoreDatabase.Of(connection);
        using DatabaseKeyStore first = Create(connection);
        await first.LoadAsync(Cancellation);
        var installation = new Installation();
        using DatabaseKeyStore second = Create(connection, id: "tracker:2", installation: installation);

        await second.LoadAsync(Cancellation);

        Assert.False(installation.IsNew);
    }

    private async Task<string> ConnectAsync(bool isPostgres) => isPostgres ? await postgres.CreateDatabaseAsync() : Path.Combine(_folder.FullName, "trust.db");

    private DatabaseKeyStore Create(string connection, string folder = "ring", string id = "tracker:1", Installation? installation = null)
    {
        var database = StoreDatabase.Of(connection);
        return new DatabaseKeyStore(id, database, new StoreWriter(database), KeyProtector.Of(Path.Combine(_folder.FullName, folder)), installation ?? new Installation(), database.ReadTimeAsync, Options.Create(new TrustedAppsStoreOptions()), TimeProvider.System, NullLogger<TrustedAppsStore>.Instance);
    }

    private static IEnumerable<string> PublicKeysOf(DatabaseKeyStore store) => store.Keys.Keys.Select(key => $"{key.Use} {key.Status} {key.PublicKey.Thumbprint}");
}
