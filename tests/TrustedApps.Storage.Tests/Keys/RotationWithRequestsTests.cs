using System.Diagnostics;
using Microsoft.Data.Sqlite;
using TrustedApps.Keys;

namespace TrustedApps.Storage.Tests.Keys;

/// <summary>version-4.md, section 2, "Encryption keys rotate by themselves", with a consumer that asks all the time.</summary>
public sealed class RotationWithRequestsTests(PostgresFixture postgres) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys-");
    private readonly ManualTimeProvider _time = ManualTimeProvider.OfToday();
    private readonly int _port = KestrelServer.FindFreePort();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string KeyFolder => Path.Combine(_folder.FullName, "ring");

    private string BaseUrl => $"http://127.0.0.1:{_port}";

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task For_five_days_two_nodes_rotate_and_no_key_grant_is_refused()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, postgres);
        await RotatingNode.SeedAsync(database.Connection, KeyFolder, _time);
        await using RotatingNode one = await StartAsync(database, _port), two = await StartAsync(database, port: 0);
        using var wiki = new RotationConsumer(BaseUrl, [one.Port, two.Port], _time);
        for (int hour = 0; hour < 5 * 24; hour++)
        {
            Assert.Equal(200, await wiki.AskAsync());
            Assert.Equal(200, await wiki.AskAsync());
            await AdvanceAsync(TimeSpan.FromHours(1), one, two);
        }

        Assert.DoesNotContain("BadGrant", one.Codes.Concat(two.Codes));
        Assert.Equal(one.Keys.Keys, two.Keys.Keys);
        Assert.InRange(one.KeyGrants.Concat(two.KeyGrants).Distinct().Select(grant => new CapturedGrant(grant).KeyId).Distinct().Count(), 4, 6); // each day another
        Assert.InRange(one.Fetches + two.Fetches, 5, 15);

        // in each step of the rotation one node was faster
        LogLine[] rotated = [.. one.Logs.Lines.Concat(two.Logs.Lines).Where(line => line.Event.Name == "EncryptionKeyRotated")];
        Assert.Equal(5, rotated.Length);
        Assert.Equal(5, rotated.Select(line => line.Message).Distinct().Count());
        Assert.Contains(one.Logs.Lines.Concat(two.Logs.Lines), line => line.Event.Name == "OwnKeysDestroyed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_is_restored_from_a_backup_serves_the_consumer_within_six_minutes(bool isRunning)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        await RotatingNode.SeedAsync(database.Connection, KeyFolder, _time);
        string backup = Path.Combine(_folder.FullName, "backup.db");
        RotatingNode tracker = await StartAsync(database, _port);
        try
        {
            using var wiki = new RotationConsumer(BaseUrl, [_port], _time);
            await CopyAsync(database.Connection, backup); // of the first day
            string[] first = EncryptionKeysOf(tracker.Keys);
            for (int hour = 0; hour < 4 * 24; hour++)
            {
                if (hour % 6 == 0) Assert.Equal(200, await wiki.AskAsync());
                await AdvanceAsync(TimeSpan.FromHours(1), tracker);
            }

            Assert.Equal(200, await wiki.AskAsync());
            string[] destroyed = [.. first.Except(EncryptionKeysOf(tracker.Keys))];
            Assert.Equal(first, destroyed);
            for (int restore = 0; restore < 2; restore++) // the second time the consumer has fetched within 5 minutes
            {
                string[] lost = EncryptionKeysOf(tracker.Keys);
                if (!isRunning) await tracker.DisposeAsync();
                await CopyAsync(backup, database.Connection);
                if (!isRunning) tracker = await StartAsync(database, _port);
                DateTimeOffset restored = _time.GetUtcNow();
                if (!isRunning) await AdvanceAsync(TimeSpan.FromMinutes(1), tracker); // its clock has to be steady first
                int status;
                do
                {
                    await AdvanceAsync(TimeSpan.FromSeconds(20), tracker);
                    Assert.Empty(EncryptionKeysOf(tracker.Keys).Intersect([.. destroyed, .. lost]));
                    status = await wiki.AskAsync();
                }
                while (status != 200 && _time.GetUtcNow() - restored < TimeSpan.FromMinutes(6));

                Assert.Equal(200, status);
            }

            Assert.Contains("BadGrant", tracker.Codes); // of the grant that was wrapped to a lost key
            Assert.Equal(tracker.Keys.Keys.Single(key => key is { Use: KeyUse.Encryption, Status: KeyStatus.Current }).PublicKey.Thumbprint, new CapturedGrant(tracker.KeyGrants.Last()).KeyId);
        }
        finally
        {
            await tracker.DisposeAsync();
        }
    }

    private Task<RotatingNode> StartAsync(TestDatabase database, int port) => RotatingNode.StartAsync(database.Connection, KeyFolder, BaseUrl, port, _time);

    // Background work of the consumer and of the nodes waits for no hour in between.
    private async Task AdvanceAsync(TimeSpan by, params RotatingNode[] nodes)
    {
        var patience = Stopwatch.StartNew();
        await _time.Idle.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        _time.Advance(by);
        foreach (RotatingNode node in nodes) await node.FollowAsync();
        Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60));
    }

    private static async Task CopyAsync(string from, string to)
    {
        await using SqliteConnection source = Open(from), target = Open(to);
        await source.OpenAsync(Ct);
        await target.OpenAsync(Ct);
        source.BackupDatabase(target);
    }

    private static SqliteConnection Open(string file) => new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());

    private static string[] EncryptionKeysOf(ApplicationKeys keys) => [.. keys.Keys.Where(key => key.Use == KeyUse.Encryption).Select(key => key.PublicKey.Thumbprint)];
}
