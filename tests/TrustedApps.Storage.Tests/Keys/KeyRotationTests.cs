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
    public async Task While_the_database_takes_no_change_for_days_the_key_in_use_is_not_destroyed_afterwards()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        using DatabaseKeyStore store = Create(database), other = Create(database);
        await store.LoadAsync(Ct);
        await other.LoadAsync(Ct);
        string first = EncryptionKey(store);
        await MaintainAsync(store, TimeSpan.FromHours(1));
        await database.ExecuteAsync("CREATE TRIGGER refused BEFORE UPDATE ON trusted_apps_keys BEGIN SELECT RAISE(ABORT, 'The disk is full.'); END");
        for (int hour = 0; hour < 100; hour++) await MaintainAsync(store, TimeSpan.FromHours(1));
        Assert.Equal(first, EncryptionKey(store));

        await database.ExecuteAsync("DROP TRIGGER refused");
        await MaintainAsync(store, TimeSpan.FromMinutes(1));
        Assert.Equal(first, EncryptionKey(store));
        await other.RefreshAsync(Ct); // what it reads says itself that the key is still in use
        Assert.Equal(first, EncryptionKey(other));
        for (int hour = 0; hour < 50; hour++) await MaintainAsync(store, TimeSpan.FromHours(1));
        Assert.NotEqual(first, EncryptionKey(store));
        Assert.Contains(store.Keys.Keys, key => key.PublicKey.Thumbprint == first); // it was used until two hours later
    }

    [Fact]
    public async Task Nodes_with_different_options_take_a_step_each_minute_at_most()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        using DatabaseKeyStore old = Create(database), changed = Create(database, TimeSpan.Zero);
        await old.LoadAsync(Ct);
        await changed.LoadAsync(Ct);
        _time.Advance(TimeSpan.FromMinutes(1));
        long version = await VersionAsync(database);
        for (int round = 0; round < 20; round++)
        {
            await old.RefreshAsync(Ct); // as each hears of what the other has done
            await changed.RefreshAsync(Ct);
        }

        Assert.InRange(await VersionAsync(database) - version, 1, 2);
        await MaintainAsync(changed, TimeSpan.FromMinutes(1));
        await MaintainAsync(old, TimeSpan.FromMinutes(1));
        Assert.NotNull(old.Keys.Keys.Single(key => key.Use == KeyUse.Encryption).DueAt);
        await MaintainAsync(changed, TimeSpan.FromMinutes(1));
        Assert.Null(changed.Keys.Keys.Single(key => key.Use == KeyUse.Encryption).DueAt);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(-80)]
    public async Task A_clock_that_jumps_for_a_moment_rotates_nothing(int hours)
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        using DatabaseKeyStore store = Create(database);
        await store.LoadAsync(Ct);
        await MaintainAsync(store, TimeSpan.FromMinutes(1));
        long version = await VersionAsync(database);
        _time.Step(TimeSpan.FromHours(hours));
        await store.RefreshAsync(Ct);
        for (int minute = 0; minute < 4; minute++) await MaintainAsync(store, TimeSpan.FromMinutes(1));
        _time.Step(TimeSpan.FromHours(-hours));
        for (int minute = 0; minute < 9; minute++) await MaintainAsync(store, TimeSpan.FromMinutes(1));
        Assert.Equal(version, await VersionAsync(database));
        Assert.DoesNotContain(database.Logs.Lines, line => line.Event.Name == "OwnKeysNotMaintained");

        for (int hour = 0; hour < 24; hour++) await MaintainAsync(store, TimeSpan.FromHours(1));
        Assert.Equal(version + 2, await VersionAsync(database)); // then it goes on
    }

    [Fact]
    public async Task A_start_before_the_clock_is_set_rotates_nothing()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        _time.Step(TimeSpan.FromHours(-80));
        using DatabaseKeyStore store = Create(database);
        await store.LoadAsync(Ct);
        await MaintainAsync(store, TimeSpan.FromSeconds(50));
        _time.Step(TimeSpan.FromHours(80));
        string first = EncryptionKey(store);
        for (int hour = 0; hour < 20; hour++) await MaintainAsync(store, TimeSpan.FromHours(1));
        Assert.Equal(first, EncryptionKey(store));
        Assert.Equal(1, await VersionAsync(database));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(-80)]
    public async Task A_node_whose_clock_is_not_the_databases_takes_no_step_and_says_so_once(int hours)
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Postgres);
        var wrong = new ManualTimeProvider(_time.GetUtcNow().AddHours(hours));
        await using var opened = StoreDatabase.Of(database.Connection);
        using DatabaseKeyStore store = database.OpenKeyStore(_folder.FullName, wrong, clock: opened.ReadTimeAsync);
        await store.LoadAsync(Ct);
        string first = EncryptionKey(store);
        for (int minute = 0; minute < 10; minute++)
        {
            wrong.Advance(TimeSpan.FromMinutes(1));
            await store.RefreshAsync(Ct);
            await store.MaintainAsync(Ct);
        }

        Assert.Equal(first, EncryptionKey(store));
        Assert.Equal(1, await VersionAsync(database));
        Assert.Contains(hours > 0 ? "s ahead of the database's" : "s behind the database's", Assert.Single(database.Logs.Lines, line => line.Event.Name == "OwnKeysNotMaintained").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_was_read_while_the_clock_did_not_count_is_still_a_backup()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite);
        using DatabaseKeyStore first = Create(database);
        await first.LoadAsync(Ct);
        string lost = EncryptionKey(first);
        _time.Advance(TimeSpan.FromHours(80)); // the store is put back to its first state
        using DatabaseKeyStore store = Create(database);
        await store.LoadAsync(Ct);
        Assert.Equal(lost, EncryptionKey(store)); // for a minute
        await MaintainAsync(store, TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(store.Keys.Keys, key => key.PublicKey.Thumbprint == lost);
    }

    [Fact]
    public async Task Zero_means_never()
    {
        await using TestDatabase database = await CreateAsync(DatabaseKind.Sqlite, isScheduled: false);
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

    private async Task<TestDatabase> CreateAsync(DatabaseKind kind, bool isScheduled = true)
    {
        TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await RotatingNode.SeedAsync(database.Connection, _folder.FullName, _time, isScheduled);
        return database;
    }

    private DatabaseKeyStore Create(TestDatabase database, TimeSpan? rotation = null) => database.OpenKeyStore(_folder.FullName, _time, rotation);

    private async Task MaintainAsync(DatabaseKeyStore store, TimeSpan after)
    {
        _time.Advance(after);
        await store.MaintainAsync(Ct);
    }

    private static string EncryptionKey(DatabaseKeyStore store) =>
        store.Keys.Keys.Single(key => key is { Use: KeyUse.Encryption, Status: KeyStatus.Current }).PublicKey.Thumbprint;

    private static async Task<long> VersionAsync(TestDatabase database) =>
        (await new KeyTable(TestKeys.Tracker.Id, database.Open()).FindAsync(Ct))!.Version;
}
