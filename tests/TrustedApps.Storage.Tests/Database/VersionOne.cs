using System.Diagnostics;
using System.Runtime.CompilerServices;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Database;

/// <summary>
/// Databases of each kind as version 1 of the schema left them, in the folder Databases. The program
/// tests/VersionOneDatabases made them. They do not change any more once version 1 is released.
/// </summary>
internal static class VersionOne
{
    private const string Folder = "Databases";

    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Makes the database of this kind again and writes it to the folder of these sources.</summary>
    /// <returns>The path of the file.</returns>
    public static async Task<string> MakeAsync(DatabaseKind kind, PostgresFixture postgres)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await new StoreSchema(FirstStep.Step).UpgradeAsync(database.Open(), Ct);
        await FillAsync(database);
        string target = Path.Combine(FindSources(), FileOf(kind));
        if (kind == DatabaseKind.Sqlite)
        {
            File.Delete(target);
            await database.ExecuteAsync($"VACUUM INTO '{target}'");
        }
        else
        {
            await File.WriteAllTextAsync(target, await DumpAsync(database), Ct);
        }

        return target;
    }

    /// <summary>Makes a copy of the database of its kind.</summary>
    internal static async Task RestoreAsync(TestDatabase database)
    {
        string file = Path.Combine(AppContext.BaseDirectory, FileOf(database.Kind));
        if (database.Kind == DatabaseKind.Sqlite) File.Copy(file, database.Connection);
        else await database.ExecuteAsync(await File.ReadAllTextAsync(file, Ct));
    }

    /// <summary>Holds what it has against what was put in.</summary>
    internal static async Task CheckAsync(TestDatabase database)
    {
        StoreDatabase connection = database.Open();
        var reports = new StoreReports(connection, new ManualTimeProvider(_now));
        var trusts = new TrustAdministration(connection, new StoreWriter(connection), TimeProvider.System, _ => false, () => null);
        TrustPage page = await trusts.ListAsync(null, 0, 100, Ct);
        Assert.Equal(["blog", "old", "wiki"], page.Trusts.Select(trust => trust.Id));
        Assert.Empty(page.Unreadable);

        StoredTrust wiki = (await trusts.FindAsync("wiki", Ct))!;
        Assert.Equal((2, "Wiki", "ann", _now), (wiki.Version, wiki.Trust.Name, wiki.AddedBy, wiki.AddedAt));
        Assert.Equal((_now.AddHours(24), _now.AddDays(30)), (wiki.Trust.Record!.Pending!.TakesEffectAt, wiki.Trust.Legacy!.Until));
        Assert.Equal(["10.0.0.0/8"], wiki.Trust.Conditions.Addresses);
        Assert.True((await trusts.FindAsync("blog", Ct))!.Trust.IsSuspended);
        Assert.Null((await trusts.FindAsync("old", Ct))!.Trust.Record);
        Assert.Null(await trusts.FindAsync("gone", Ct));

        using TrustSnapshot image = new TrustSnapshot(connection, TimeProvider.System, database.Logger);
        await image.RefreshAsync(Ct);
        Assert.Equal((3, "Wiki", null), (image.Count, image.Find("wiki")?.Name, image.Find("gone")));
        Assert.Equal(7, (await reports.ListAuditAsync(null, null, 100, Ct)).Count);
        Assert.Equal("strange", Assert.Single(await reports.ListRejectionsAsync(null, 10, Ct)).ApplicationId);
        ApplicationActivity activity = (await reports.GetActivityAsync(["wiki"], Ct))[0];
        Assert.Equal(7, activity.LastHour["OK"]);
        Assert.Equal((_now, null), (activity.LastAcceptedAt, activity.LastRefusedAt));
    }

    private static async Task FillAsync(TestDatabase database)
    {
        StoreDatabase connection = database.Open();
        var time = new ManualTimeProvider(_now);
        var trusts = new TrustAdministration(connection, new StoreWriter(connection), time, _ => false, () => null);
        ApplicationKeys twoKeys = Trusted.KeysOf("wiki").WithNext(_now);
        var narrow = new TrustConditions { Addresses = ["10.0.0.0/8"], Urls = ["/rest"] };
        var record = CertificateRecord.Establish(twoKeys.ToCertificate(), BaseUrl.Parse("https://wiki.example"), _now);
        await trusts.AddAsync(new TrustedApplication(record, narrow, new LegacyAccess(TestKeys.Blog.PublicKey, Trusted.Everything, _now.AddDays(30))) { Name = "Wiki" }, "ann", Ct);
        await trusts.ChangeRecordAsync("certificate.fetch", "wiki", null, known => known.Offer(Trusted.LaterCertificateOf(twoKeys), _now).Record, "refresh", Ct);
        await trusts.AddAsync(Trusted.In("blog", "Blog"), "ann", Ct);
        await trusts.SuspendAsync("blog", null, "bob", Ct);
        await trusts.AddAsync(Trusted.InLegacy("old", "Old"), "bob", Ct);
        await trusts.AddAsync(Trusted.InLegacy("gone", "Gone"), "bob", Ct);
        await trusts.RemoveAsync("gone", null, "bob", Ct);

        await database.ExecuteAsync($"INSERT INTO trusted_apps_request_counts (application_id, minute, code, count) VALUES ('wiki', {_now.ToUnixTimeSeconds() / 60}, 'OK', 7)");
        await database.ExecuteAsync($"INSERT INTO trusted_apps_last_requests (application_id, at) VALUES ('wiki', {_now.ToUnixTimeMilliseconds()})");
        await database.ExecuteAsync($"INSERT INTO trusted_apps_refusals (at, application_id, method, path, code, advice) VALUES ({_now.ToUnixTimeMilliseconds()}, 'strange', 'GET', '/', 'APP_UNKNOWN', 'Add a trust.')");
        await database.ExecuteAsync(
            $"INSERT INTO trusted_apps_providers (base_url, record, version, added_at, added_by) VALUES ('https://wiki.example', @record, 1, {_now.ToUnixTimeMilliseconds()}, 'ann')",
            ("record", System.Text.Encoding.UTF8.GetString(record.ToBytes())));
    }

    // What the server's version says of itself is left out, so that others can read it.
    private static async Task<string> DumpAsync(TestDatabase database)
    {
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(database.Connection);
        string program = Directory.GetFiles("/usr/lib/postgresql", "pg_dump", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        using Process dump = Process.Start(new ProcessStartInfo(program, ["--host", settings.Host!, "--port", $"{settings.Port}", "--username", settings.Username!, "--no-owner", "--no-privileges", "--inserts", settings.Database!]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string text = await dump.StandardOutput.ReadToEndAsync(Ct);
        await dump.WaitForExitAsync(Ct);
        Assert.Equal(0, dump.ExitCode);
        string[] skipped = ["SET ", "SELECT pg_catalog.set_config", "--", "\\"];
        return string.Join('\n', text.Split('\n').Where(line => line.Length > 0 && !skipped.Any(start => line.StartsWith(start, StringComparison.Ordinal)))) + "\n";
    }

    private static string FileOf(DatabaseKind kind) => Path.Combine(Folder, kind == DatabaseKind.Sqlite ? "version-1.sqlite" : "version-1.postgres.sql");

    private static string FindSources([CallerFilePath] string path = "") => Path.GetDirectoryName(Path.GetDirectoryName(path))!;
}
