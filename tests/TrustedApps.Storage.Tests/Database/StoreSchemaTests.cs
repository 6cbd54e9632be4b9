using System.Data.Common;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Tests.Database;

public class StoreSchemaTests(PostgresFixture postgres)
{
    private const string MoreTables =
        """
        CREATE TABLE trusted_apps_more (made bigint NOT NULL);
        INSERT INTO trusted_apps_more (made) VALUES (1);
        ALTER TABLE trusted_apps_trusts ADD COLUMN note text;
        UPDATE trusted_apps_trusts SET note = name;
        """;

    private const string Failing = "CREATE TABLE trusted_apps_half (made bigint NOT NULL); INSERT INTO trusted_apps_changes (number) VALUES (0); SELECT nothing FROM nowhere;";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static StoreSchema Next { get; } = new(FirstStep.Step, SecondStep.Step, new SchemaStep(3, MoreTables, MoreTables));

    [Theory, AtEachDatabase(1, 2, 8)]
    public async Task Openers_at_once_make_one_schema(DatabaseKind kind, int openers)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        StoreDatabase[] opened = [.. Enumerable.Range(0, openers).Select(_ => database.Open())];
        await Task.WhenAll(opened.Select(each => Task.Run(() => StoreSchema.Current.UpgradeAsync(each, Ct), Ct)));
        Assert.Equal(StoreSchema.Current.Version, await StoreSchema.FindVersionAsync(opened[0], Ct));
        Assert.Equal(["0"], await database.QueryAsync("SELECT number FROM trusted_apps_changes"));
        Assert.Equal([$"{StoreSchema.Current.Version}"], await database.QueryAsync("SELECT version FROM trusted_apps_schema"));
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
    }

    [Theory, AtEachDatabase]
    public async Task Opening_it_again_changes_nothing(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await StoreSchema.Current.UpgradeAsync(database.Open(), Ct);
        IReadOnlyList<string> before = await DescribeAsync(database);
        await StoreSchema.Current.UpgradeAsync(database.Open(), Ct);
        Assert.Equal(before, await DescribeAsync(database));
    }

    [Fact]
    public async Task The_file_is_its_owner_s_alone()
    {
        if (OperatingSystem.IsWindows()) return; // there the folder decides
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        await database.OpenStoreAsync();
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(database.Connection)!))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Theory, AtEachDatabase]
    public async Task A_newer_schema_is_refused(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await Next.UpgradeAsync(database.Open(), Ct);
        IReadOnlyList<string> before = await DescribeAsync(database);
        var older = new StoreSchema(FirstStep.Step);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => older.UpgradeAsync(database.Open(), Ct));
        Assert.Equal($"The store {database.Open().Description} has schema 3, and this program supports 1 at most: a newer program has upgraded it. Use the newer program, or restore a backup.", refused.Message);
        Assert.Equal(before, await DescribeAsync(database));
    }

    [Theory, AtEachDatabase]
    public async Task A_step_that_fails_leaves_nothing_half_made(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        var failing = new StoreSchema(FirstStep.Step, SecondStep.Step, new SchemaStep(3, Failing, Failing));
        await Assert.ThrowsAnyAsync<DbException>(() => failing.UpgradeAsync(database.Open(), Ct));
        Assert.Empty(await DescribeAsync(database));

        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        IReadOnlyList<string> before = await DescribeAsync(database);
        await Assert.ThrowsAnyAsync<DbException>(() => failing.UpgradeAsync(database.Open(), Ct));
        Assert.Equal(before, await DescribeAsync(database));
        Assert.NotNull(await store.Trusts.FindAsync("wiki", Ct));

        await Next.UpgradeAsync(database.Open(), Ct); // once it is mended
        Assert.Equal(["wiki"], await database.QueryAsync("SELECT note FROM trusted_apps_trusts"));
    }

    [Theory, AtEachDatabase(1, 2)]
    public async Task A_database_of_version_1_is_brought_up_to_date_by_nodes_that_start_at_once(DatabaseKind kind, int nodes)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await VersionOne.RestoreAsync(database);
        StoreDatabase[] opened = [.. Enumerable.Range(0, nodes).Select(_ => database.Open())];
        Assert.Equal(1, await StoreSchema.FindVersionAsync(opened[0], Ct));

        await Task.WhenAll(opened.Select(each => Task.Run(() => Next.UpgradeAsync(each, Ct), Ct)));
        Assert.Equal(3, await StoreSchema.FindVersionAsync(opened[0], Ct));
        Assert.Equal(["1"], await database.QueryAsync("SELECT made FROM trusted_apps_more"));
        Assert.Equal(["Blog", "Wiki"], await database.QueryAsync("SELECT note FROM trusted_apps_trusts WHERE terms IS NOT NULL AND record IS NOT NULL ORDER BY name"));
        await VersionOne.CheckAsync(database);
    }

    // Tables, columns and indexes; with PostgreSQL also which transaction wrote the rows of the schema.
    private static Task<IReadOnlyList<string>> DescribeAsync(TestDatabase database) => database.QueryAsync(database.Kind == DatabaseKind.Sqlite
        ? "SELECT name, sql, (SELECT schema_version FROM pragma_schema_version) FROM sqlite_master ORDER BY name"
        : """
          SELECT table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'
          UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
          UNION ALL SELECT relname, xmin::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
          ORDER BY 1, 2
          """);
}
