using Microsoft.Extensions.Options;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;

namespace TrustedApps.Storage.Tests.Keys;

/// <summary>Several nodes on one store, whose clock a test moves.</summary>
public sealed class KeyRotationTests(PostgresFixture postgres) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys-");
    private readonly ManualTimeProvider _time = ManualTimeProvider.OfToday();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, AtEachDatabase]
    public async Task Of_nodes_that_come_to_a_step_at_once_one_takes_it(DatabaseKind kind)
    {
        await using TestDatabase database = await CreateAsync(kind);
        DatabaseKeyStore[] nodes = [Create(database), Create(database), Create(database)];
        foreach (DatabaseKeyStore node in nodes) await node.LoadAsync(Ct);
        long version = await VersionAsync(database);
        foreach ((int hours, int versions) in ((int, int)[])[(21, 0), (1, 1), (1, 0), (1, 1), (22, 1), (2, 1), (26, 1)])
        {
            _time.Advance(TimeSpan.FromHours(hours));
            await Task.WhenAll(nodes.Select(node => Task.Run(() => node.MaintainAsync(Ct), Ct)));
            foreach (DatabaseKeyStore node in nodes) await node.RefreshAsync(Ct);

            Assert.Equal(version + versions, version = await VersionAsync(database));
            Assert.All(nodes, node => Assert.Equal(nodes[0].Keys.Keys, node.Keys.Keys));
        }

        foreach (DatabaseKeyStore node in nodes) node.Dispose();
    }

    [Fact]
    public async Task A_node_that_looks_once_an_hour_has_a_key_before_another_lists_it_first()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        using DatabaseKeyStore fast = Create(database), slow = Create(database);
        await fast.LoadAsync(Ct);
        await slow.LoadAsync(Ct);
        var listedFirst = new HashSet<string>();
        for (int minutes = 0; minutes < 3 * 24 * 60; minutes += 15)
        {
            await fast.MaintainAsync(Ct);
            ApplicationKey first = fast.Keys.Keys.First(key => key.Use == KeyUse.Encryption);
            listedFirst.Add(first.PublicKey.Thumbprint);
            Assert.Contains(slow.Keys.Keys, key => key.PublicKey.Equals(first.PublicKey));
            if (minutes % 60 == 45) await slow.RefreshAsync(Ct);
            _time.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.Equal(3, listedFirst.Count);
    }

    [Fact]
    public async Task While_the_database_takes_no_change_the_keys_stay_in_use_and_the_log_says_so_once()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        using DatabaseKeyStore store = Create(database);
        await store.LoadAsync(Ct);
        await database.ExecuteAsync("CREATE TRIGGER refused BEFORE UPDATE ON trusted_apps_keys BEGIN SELECT RAISE(ABORT, 'The disk is full.'); END");
        ApplicationKeys before = store.Keys;
        _time.Advance(TimeSpan.FromHours(30));
        for (int minute = 0; minute < 3; minute++)
        {
            await store.MaintainAsync(Ct);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Same(before, store.Keys);
        Assert.Contains("The disk is full.", Assert.Single(database.Logs.Lines, line => line.Event.Name == "OwnKeysNotMaintained").Message, StringComparison.Ordinal);

        await database.ExecuteAsync("DROP TRIGGER refused");
        await store.MaintainAsync(Ct);
        Assert.NotSame(before, store.Keys);
        Assert.Single(store.Keys.Keys, key => key is { Use: KeyUse.Encryption, Status: KeyStatus.Next });
    }

    [Fact]
    public async Task A_restored_backup_is_not_used_before_what_was_destroyed_is_gone_from_it()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        using DatabaseKeyStore store = Create(database);
        await store.LoadAsync(Ct);
        byte[] backup = (await new KeyTable(TestKeys.Tracker.Id, database.Open()).FindAsync(Ct))!.SealedKeys;
        for (int hour = 0; hour < 96; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await store.MaintainAsync(Ct);
        }

        ApplicationKeys before = store.Keys;
        await database.ExecuteAsync("UPDATE trusted_apps_keys SET sealed_keys = @backup", ("@backup", backup));
        await database.ExecuteAsync("CREATE TRIGGER refused BEFORE UPDATE ON trusted_apps_keys BEGIN SELECT RAISE(ABORT, 'The disk is full.'); END");
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => store.RefreshAsync(Ct));
        Assert.Same(before, store.Keys);

        await database.ExecuteAsync("DROP TRIGGER refused");
        await store.RefreshAsync(Ct);
        Assert.DoesNotContain(store.Keys.Keys, key => key.Use == KeyUse.Encryption && TestKeys.Tracker.Keys.Any(first => first.PublicKey.Equals(key.PublicKey)));
        Assert.Contains(TestKeys.Tracker.Keys, key => key.Use == KeyUse.Signature && store.Keys.Keys.Any(kept => kept.PublicKey.Equals(key.PublicKey)));
    }

    [Fact]
    public async Task Zero_means_never()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        using DatabaseKeyStore store = Create(database, TimeSpan.Zero);
        await store.LoadAsync(Ct);
        ApplicationKeys before = store.Keys;
        _time.Advance(TimeSpan.FromDays(300));
        await store.MaintainAsync(Ct);
        Assert.Same(before, store.Keys);
    }

    [Fact]
    public async Task The_steps_are_in_the_log()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        using DatabaseKeyStore store = Create(database);
        await store.LoadAsync(Ct);
        string first = store.Keys.Keys.Single(key => key.Use == KeyUse.Encryption).PublicKey.Fingerprint;
        DateTimeOffset start = _time.GetUtcNow();
        for (int hour = 0; hour < 75; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await store.MaintainAsync(Ct);
        }

        LogLine[] rotated = [.. database.Logs.Lines.Where(line => line.Event.Name == "EncryptionKeyRotated")];
        Assert.Equal(3, rotated.Length);
        Assert.EndsWith($"at {start.AddHours(48):yyyy-MM-dd'T'HH:mm:ss}Z", rotated[0].Message, StringComparison.Ordinal);
        Assert.Contains($"Encryption (Retired) {first}", Assert.Single(database.Logs.Lines, line => line.Event.Name == "OwnKeysDestroyed").Message, StringComparison.Ordinal);
    }

    private async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await RotatingNode.SeedAsync(database.Connection, _folder.FullName, _time);
        return database;
    }

    private DatabaseKeyStore Create(TestDatabase database, TimeSpan? rotation = null)
    {
        StoreDatabase opened = database.Open();
        var options = new TrustedAppsStoreOptions();
        if (rotation is { } interval) options.EncryptionKeyRotation = interval;
        return new DatabaseKeyStore(
            TestKeys.Tracker.Id, opened, new StoreWriter(opened), KeyProtector.Of(_folder.FullName), new Installation(), Options.Create(options), _time, database.Logger);
    }

    private static async Task<long> VersionAsync(TestDatabase database) =>
        (await new KeyTable(TestKeys.Tracker.Id, database.Open()).FindAsync(Ct))!.Version;
}
