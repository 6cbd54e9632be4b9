using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class StoreCheckCommandTests(PostgresFixture postgres) : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string Store => _folder.PathOf("trust.db");

    [Fact]
    public async Task Good_store_is_well()
    {
        await MakeAsync(Store);
        ToolRun run = await ToolRun.InProcessAsync("store", "check", "--store", Store, "--json");
        var expected = new JsonObject
        {
            ["store"] = Store,
            ["well"] = true,
            ["reachable"] = true,
            ["schemaVersion"] = 2,
            ["knownSchemaVersion"] = 2,
            ["trusts"] = 1,
            ["providers"] = 0,
            ["unreadable"] = new JsonArray(),
            ["clockDifferenceMs"] = null,
            ["keyRings"] = 0,
            ["keysOpen"] = null,
            ["nextRotationAt"] = null,
            ["problems"] = new JsonArray(),
        };
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(JsonNode.DeepEquals(expected, run.Json), run.Output);
        Assert.Equal("All is well.", (await ToolRun.InProcessAsync("store", "check", "--store", Store)).Lines[^1]);
    }

    [Fact]
    public async Task Store_on_PostgreSQL_is_well_and_its_clock_is_measured()
    {
        string store = await postgres.CreateDatabaseAsync();
        ToolRun absent = await ToolRun.InProcessAsync("store", "check", "--store", store, "--json");
        Assert.Equal((1, 0), (absent.ExitCode, (int?)absent.Json["schemaVersion"]));
        Assert.Equal(absent.Output, (await ToolRun.InProcessAsync("store", "check", "--store", store, "--json")).Output, new SameButForTheClock()); // made nothing

        await MakeAsync(store);
        ToolRun run = await ToolRun.InProcessAsync("store", "check", "--store", store, "--json");
        Assert.Equal((0, 1), (run.ExitCode, (int?)run.Json["trusts"]));
        Assert.InRange((double)run.Json["clockDifferenceMs"]!, -1000, 1000);
        Assert.DoesNotContain("Username", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public async Task Clock_that_differs_from_that_of_the_database_is_a_problem(int seconds)
    {
        string store = await postgres.CreateDatabaseAsync();
        await MakeAsync(store);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddSeconds(seconds));
        StoreCheck check = await TrustedAppsStore.CheckAsync(store, time: time, cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(check.IsWell);
        Assert.InRange(check.ClockDifference!.Value.TotalSeconds, -seconds - 60, -seconds + 60);
        Assert.Contains("clock", Assert.Single(check.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "There is no store")]
    [InlineData(99, "a newer program has upgraded it")]
    public async Task Other_schema_is_told_and_stays(int version, string said)
    {
        await MakeAsync(Store);
        await SqliteFile.RunAsync(Store, $"UPDATE trusted_apps_schema SET version = {version}");
        ToolRun run = await ToolRun.InProcessAsync("store", "check", "--store", Store, "--json");
        Assert.Equal((1, version), (run.ExitCode, (int?)run.Json["schemaVersion"]));
        Assert.Contains(said, (string?)run.Json["problems"]!.AsArray().Single(), StringComparison.Ordinal);

        ToolRun list = await ToolRun.InProcessAsync("trust", "list", "--store", Store);
        Assert.Equal((1, ""), (list.ExitCode, list.Output));
        Assert.Equal(version, (int?)(await ToolRun.InProcessAsync("store", "check", "--store", Store, "--json")).Json["schemaVersion"]);
    }

    [Fact]
    public async Task Row_that_cannot_be_read_is_named()
    {
        await MakeAsync(Store);
        await SqliteFile.RunAsync(Store, "UPDATE trusted_apps_trusts SET record = 'x'");
        ToolRun run = await ToolRun.InProcessAsync("store", "check", "--store", Store, "--json");
        Assert.Equal((1, 1, "wiki"), (run.ExitCode, (int?)run.Json["trusts"], (string?)run.Json["unreadable"]!.AsArray().Single()));
    }

    [Fact]
    public async Task Own_keys_open_with_their_folder_alone_and_nothing_is_made_there()
    {
        string ring = _folder.PathOf("ring"), other = _folder.PathOf("other");
        await using (KestrelServer made = await StoreHost.StartAsync("tracker", Store, ring))
        {
            // The store itself says when they rotate once its clock has been steady for a minute.
            await made.Services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme).ChangeAsync(
                keys => keys.RotateEncryptionKeys(DateTimeOffset.UtcNow, TimeSpan.FromDays(1)), TestContext.Current.CancellationToken);
        }

        string[] files = Directory.GetFiles(ring);
        Assert.NotEmpty(files);
        ToolRun run = await ToolRun.InProcessAsync("store", "check", "--store", Store);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Own keys     1 application; not tried: name the folder with --key-folder", run.Output, StringComparison.Ordinal);
        ToolRun good = await ToolRun.InProcessAsync("store", "check", "--store", Store, "--key-folder", ring, "--json");
        Assert.Equal((0, 1, true), (good.ExitCode, (int?)good.Json["keyRings"], (bool?)good.Json["keysOpen"]));
        Assert.InRange((DateTimeOffset)good.Json["nextRotationAt"]!, DateTimeOffset.UtcNow.AddHours(23), DateTimeOffset.UtcNow.AddHours(24));

        ToolRun missing = await ToolRun.InProcessAsync("store", "check", "--store", Store, "--key-folder", other, "--json");
        Assert.Equal((1, false), (missing.ExitCode, (bool?)missing.Json["keysOpen"]));
        Assert.False(Directory.Exists(other));
        Directory.CreateDirectory(other);
        ToolRun wrong = await ToolRun.InProcessAsync("store", "check", "--store", Store, "--key-folder", other);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("'tracker' in the store cannot be decrypted", wrong.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(other));
        Assert.Equal(files, Directory.GetFiles(ring));
    }

    [Fact]
    public async Task Missing_file_is_told_and_not_made()
    {
        ToolRun run = await ToolRun.InProcessAsync("store", "check", "--store", Store);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is no store", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Store));

        ToolRun json = await ToolRun.InProcessAsync("store", "check", "--store", Store, "--json");
        Assert.Equal((1, false), (json.ExitCode, (bool?)json.Json["reachable"]));
    }

    [Fact]
    public async Task JSON_escapes_only_what_a_terminal_could_take_amiss()
    {
        await MakeAsync(Store);
        await SqliteFile.RunAsync(Store, "INSERT INTO trusted_apps_trusts (id, name, terms, version, changed, added_at, added_by, changed_at) VALUES ('a+b''z\u00FC', 'n', '{}', 1, 1, 0, 'x', 0)");
        ToolRun run = await ToolRun.InProcessAsync("store", "check", "--store", Store, "--json");
        Assert.Contains("'a+b'z\\u00FC'", run.Output, StringComparison.Ordinal);
        Assert.Equal("a+b'z\u00FC", (string?)run.Json["unreadable"]!.AsArray().Single());
        Assert.All(run.Output, character => Assert.InRange(character, '\n', '~'));
    }

    [Fact]
    public async Task Many_rows_that_cannot_be_read_are_counted_and_a_few_are_named()
    {
        await MakeAsync(Store);
        await SqliteFile.RunAsync(Store, string.Concat(Enumerable.Range(0, 30).Select(number => $"INSERT INTO trusted_apps_trusts (id, name, terms, version, changed, added_at, added_by, changed_at) VALUES ('bad:{number:00}', 'n', '{{}}', 1, 1, 0, 'x', 0);")));
        ToolRun run = await ToolRun.InProcessAsync("store", "check", "--store", Store);
        Assert.Contains("30 rows cannot be read", run.Error, StringComparison.Ordinal);
        Assert.Contains("'bad:04' and 25 more", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("bad:05", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task MakeAsync(string connection)
    {
        await using TrustedAppsStore store = await TrustedAppsStore.OpenAsync(connection, cancellationToken: TestContext.Current.CancellationToken);
        var record = CertificateRecord.Establish(TestKeys.Wiki.ToCertificate(), baseUrl: null, TimeProvider.System.GetUtcNow());
        await store.Trusts.AddAsync(new TrustedApplication(record, new TrustConditions { Addresses = ["*"], Urls = ["*"] }), "test", TestContext.Current.CancellationToken);
    }

    private sealed class SameButForTheClock : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => Without(x) == Without(y);

        public int GetHashCode(string obj) => StringComparer.Ordinal.GetHashCode(Without(obj));

        private static string Without(string? line)
        {
            JsonObject json = JsonNode.Parse(line!)!.AsObject();
            json.Remove("clockDifferenceMs");
            return json.ToJsonString();
        }
    }
}
