using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;

namespace TrustedApps.Storage.Tests.Keys;

/// <summary>
/// version-4.md, section 2: a key stolen today opens no grant older than about three days. The thief has the whole
/// database and the key folder.
/// </summary>
public sealed class ForwardSecrecyTests(PostgresFixture postgres) : IDisposable
{
    private const int Window = 40; // bytes of protected keys that are searched for: no other bytes are the same

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys-");
    private readonly ManualTimeProvider _time = ManualTimeProvider.OfToday();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string KeyFolder => Path.Combine(_folder.FullName, "ring");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, AtEachDatabase]
    public async Task A_grant_of_four_days_ago_opens_with_nothing_in_database_and_key_folder(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await RotatingNode.SeedAsync(database.Connection, KeyFolder, _time);
        using DatabaseKeyStore store = CreateStore(database);
        await store.LoadAsync(Ct);
        var grant = new CapturedGrant(Grant(store.Keys));
        var sealedThen = new List<byte[]>(); // each protected text that held the key
        await RememberAsync();
        Assert.True(await OpensAsync(database, grant)); // on the first day the thief succeeds
        Assert.True(Holds(await ReadFilesAsync(database), sealedThen[0]));

        for (int hour = 1; hour <= 4 * 24; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await store.MaintainAsync(Ct);
            await RememberAsync();
        }

        Assert.InRange(sealedThen.Count, 5, 20);
        Assert.False(await OpensAsync(database, grant));
        byte[] files = await ReadFilesAsync(database);
        Assert.All(sealedThen, text => Assert.False(Holds(files, text)));
        Assert.True(Holds(files, (await ReadAsync(database)).SealedKeys)); // the search finds what is there

        async Task RememberAsync()
        {
            KeyRow row = await ReadAsync(database);
            bool isNew = sealedThen.All(known => !known.AsSpan().SequenceEqual(row.SealedKeys));
            if (isNew && grant.OpensWith(Unprotect(row))) sealedThen.Add(row.SealedKeys);
        }
    }

    [Fact]
    public async Task A_reader_in_the_way_of_erasing_delays_it_and_is_reported_once()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, postgres);
        await RotatingNode.SeedAsync(database.Connection, KeyFolder, _time);
        using DatabaseKeyStore store = CreateStore(database);
        await store.LoadAsync(Ct);
        byte[] replaced = (await ReadAsync(database)).SealedKeys;
        await using (System.Data.Common.DbConnection reader = await database.ConnectAsync())
        {
            await using System.Data.Common.DbTransaction dump = await reader.BeginTransactionAsync(Ct);
            await using System.Data.Common.DbCommand read = reader.CreateCommand();
            read.CommandText = "SELECT count(*) FROM trusted_apps_keys";
            await read.ExecuteScalarAsync(Ct); // holds the table until the transaction ends
            for (int minute = 0; minute < 3; minute++)
            {
                _time.Advance(minute == 0 ? TimeSpan.FromHours(23) : TimeSpan.FromMinutes(1));
                await store.MaintainAsync(Ct);
            }
        }

        Assert.Contains(store.Keys.Keys, key => key is { Use: KeyUse.Encryption, Status: KeyStatus.Next }); // rotation goes on
        Assert.Single(database.Logs.Lines, line => line.Event.Name == "OwnKeysNotMaintained");
        Assert.True(Holds(await ReadFilesAsync(database), replaced));

        await store.MaintainAsync(Ct);
        Assert.False(Holds(await ReadFilesAsync(database), replaced));
    }

    [Fact]
    public async Task A_dump_that_has_begun_before_the_table_is_written_anew_has_the_keys()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, postgres);
        await RotatingNode.SeedAsync(database.Connection, KeyFolder, _time);
        await using System.Data.Common.DbConnection dump = await database.ConnectAsync();
        await using System.Data.Common.DbTransaction snapshot = await dump.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Ct);
        await using System.Data.Common.DbCommand read = dump.CreateCommand();
        read.CommandText = "SELECT 1";
        await read.ExecuteScalarAsync(Ct); // its snapshot is older than what follows
        KeyRow row = await ReadAsync(database);
        Assert.True(await new KeyTable(TestKeys.Tracker.Id, database.Open()).TryEraseAsync(Ct));

        read.CommandText = "SELECT sealed_keys FROM trusted_apps_keys";
        Assert.Equal(row.SealedKeys, await read.ExecuteScalarAsync(Ct));
        KeyRow kept = await ReadAsync(database);
        Assert.Equal((row.Id, row.Version), (kept.Id, kept.Version));
        Assert.Equal(row.SealedKeys, kept.SealedKeys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // another node sees that the row was replaced
    public async Task What_a_process_that_ended_could_not_erase_is_erased_by_another_or_after_the_next_start(bool isRunning)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        await RotatingNode.SeedAsync(database.Connection, KeyFolder, _time);
        byte[] replaced = (await ReadAsync(database)).SealedKeys;
        using DatabaseKeyStore running = CreateStore(database);
        await running.LoadAsync(Ct);
        await running.MaintainAsync(Ct); // has nothing to erase any more
        await using System.Data.Common.DbConnection other = await database.ConnectAsync(); // another program, such as the tool
        await using System.Data.Common.DbCommand read = other.CreateCommand();
        read.CommandText = "SELECT count(*) FROM trusted_apps_keys";
        await read.ExecuteScalarAsync(Ct); // now the write-ahead log stays when others close the file
        using (DatabaseKeyStore killed = CreateStore(database)) // changes the row, and erases nothing
        {
            await killed.LoadAsync(Ct);
            _time.Advance(TimeSpan.FromHours(22));
            await killed.RefreshAsync(Ct);
        }

        Assert.True(Holds(await ReadFilesAsync(database), replaced));

        if (isRunning) await running.RefreshAsync(Ct);
        using DatabaseKeyStore next = isRunning ? running : CreateStore(database);
        await next.LoadAsync(Ct);
        await next.MaintainAsync(Ct);
        Assert.False(Holds(await ReadFilesAsync(database), replaced));
    }

    private DatabaseKeyStore CreateStore(TestDatabase database) => database.OpenKeyStore(KeyFolder, _time);

    private static string Grant(ApplicationKeys keys)
    {
        var issuer = new AssertionIssuer(TestKeys.Wiki, keys.ToCertificate(), BaseUrl.Parse("https://tracker.example"), TimeProvider.System);
        return issuer.Issue("fred", "https://tracker.example/closed", "GET", default).Enumerate().Single(header => header.Key == "X-Seraph-Trusted-App-Key").Value;
    }

    // What the thief does with the rows, and the key folder.
    private async Task<bool> OpensAsync(TestDatabase database, CapturedGrant grant) => grant.OpensWith(Unprotect(await ReadAsync(database)));

    private ApplicationKeys Unprotect(KeyRow row) => KeyProtector.ForReading(KeyFolder).Unprotect(row.Id, row.SealedKeys);

    private static async Task<KeyRow> ReadAsync(TestDatabase database) => (await new KeyTable(TestKeys.Tracker.Id, database.Open()).FindAsync(Ct))!;

    // What the thief finds in the files beyond the rows: all of SQLite's, and PostgreSQL's tables and indexes.
    private static async Task<byte[]> ReadFilesAsync(TestDatabase database)
    {
        if (database.Kind == DatabaseKind.Sqlite)
        {
            string[] files = Directory.GetFiles(Path.GetDirectoryName(database.Connection)!);
            return [.. files.SelectMany(ReadShared)];
        }

        await database.ExecuteAsync("CHECKPOINT");
        string place = Assert.Single(await database.QueryAsync(
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()"));
        return [.. Directory.GetFiles(place).SelectMany(ReadShared)];
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }

    // In parts, because the pages of a database cut a long text. The first bytes name the ring's key and are not secret.
    private static bool Holds(byte[] files, byte[] sealedKeys) => Enumerable
        .Range(1, (sealedKeys.Length / 250) - 1)
        .Any(part => files.AsSpan().IndexOf(sealedKeys.AsSpan(part * 250, Window)) >= 0);
}
