using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class TrustCommandTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string Store => _folder.PathOf("trust.db");

    [Fact]
    public async Task Trust_is_listed_shown_suspended_resumed_and_removed()
    {
        await AddAsync(TestKeys.Wiki, "The wiki");
        await AddAsync(TestKeys.Blog, "The blog");

        Assert.Equal(["blog", "wiki"], (await RunAsync("list", "--json")).Lines.Select(line => (string?)JsonNode.Parse(line)!["id"]));
        Assert.Equal("wiki", (string?)(await RunAsync("list", "--search", "The w", "--json")).Json["id"]);
        Assert.Equal(["blog  The blog  4  active", "wiki  The wiki  4  active"], (await RunAsync("list")).Lines);

        Assert.Contains(TestKeys.Wiki.ToCertificate().SigningKeys[0].Fingerprint, (await RunAsync("show", "wiki")).Output, StringComparison.Ordinal);
        JsonObject shown = (await RunAsync("show", "wiki", "--json")).Json;
        Assert.Equal("The wiki", (string?)shown["name"]);
        Assert.Empty(shown["activity"]!["lastDay"]!.AsObject());

        Assert.True((bool?)(await RunAsync("suspend", "wiki", "--json")).Json["suspended"]);
        Assert.Contains("suspended", (await RunAsync("list", "--search", "wiki")).Output, StringComparison.Ordinal);
        Assert.False((bool?)(await RunAsync("resume", "wiki", "--json")).Json["suspended"]);
        Assert.Contains("active", (await RunAsync("resume", "wiki")).Output, StringComparison.Ordinal);

        Assert.Equal("wiki", (string?)(await RunAsync("remove", "wiki", "--yes", "--json")).Json["removed"]);
        Assert.Equal("blog", (string?)(await RunAsync("list", "--json")).Json["id"]);
    }

    [Fact]
    public async Task Edit_changes_what_is_given_and_nothing_else()
    {
        await AddAsync(TestKeys.Wiki, "The wiki", new TrustConditions { Addresses = ["10.0.0.1"], Urls = ["/rest"], AllowSelf = true, AllowUsers = ["fred"], DenyUsers = ["admin"], Methods = ["GET"], Timeout = TimeSpan.FromSeconds(5) });

        JsonNode before = (await RunAsync("show", "wiki", "--json")).Json["conditions"]!.DeepClone();
        JsonObject edited = (await RunAsync("edit", "wiki", "--url", "/search", "--url", "/rest/*", "--json")).Json;
        before["urls"] = new JsonArray("/search", "/rest/*");
        Assert.True(JsonNode.DeepEquals(before, edited["conditions"]), edited.ToJsonString());
        Assert.Equal("The wiki", (string?)edited["name"]);

        edited = (await RunAsync("edit", "wiki", "--allow-self", "false", "--name", "Wiki", "--timeout", "500s", "--default", "allow-user", "--default", "deny-user", "--default", "method", "--json")).Json;
        Assert.Equal(("Wiki", false, 500_000L), ((string?)edited["name"], (bool?)edited["conditions"]!["allowSelf"], (long?)edited["conditions"]!["timeoutMilliseconds"]));
        Assert.Null(edited["conditions"]!["allowUsers"]);
        Assert.Null(edited["conditions"]!["methods"]);
        Assert.Empty(edited["conditions"]!["denyUsers"]!.AsArray());
    }

    [Fact]
    public async Task Edit_of_an_older_version_of_the_trust_is_refused_and_changes_nothing()
    {
        await AddAsync(TestKeys.Wiki, "The wiki");
        await RunAsync("edit", "wiki", "--name", "Mine");
        ToolRun late = await ToolRun.InProcessAsync("trust", "edit", "wiki", "--store", Store, "--name", "Yours", "--if-version", "1");
        Assert.Equal((1, ""), (late.ExitCode, late.Output));
        Assert.Contains("was changed since you read it", late.Error, StringComparison.Ordinal);
        Assert.Equal("Mine", (string?)(await RunAsync("show", "wiki", "--json")).Json["name"]);
    }

    [Theory]
    [InlineData("wiki\n", true)]
    [InlineData("Wiki\n", false)]
    [InlineData("y\n", false)]
    [InlineData("", false)]
    public async Task Removal_asks_for_the_id(string typed, bool isRemoved)
    {
        await AddAsync(TestKeys.Wiki, "The wiki");
        ToolRun run = await ToolRun.AtTerminalAsync(typed, "trust", "remove", "wiki", "--store", Store);
        Assert.Equal(isRemoved ? 0 : 1, run.ExitCode);
        Assert.Equal(isRemoved, (await RunAsync("list")).Lines.Length == 0);
    }

    [Fact]
    public async Task Removal_without_a_terminal_needs_yes()
    {
        await AddAsync(TestKeys.Wiki, "The wiki");
        ToolRun run = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes("wiki\n"), "trust", "remove", "wiki", "--store", Store);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("--yes", run.Error, StringComparison.Ordinal);
        Assert.Single((await RunAsync("list")).Lines);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("edit", "--name", "x")]
    [InlineData("suspend")]
    [InlineData("resume")]
    [InlineData("remove", "--yes")]
    [InlineData("confirm", "--fingerprint", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("reject")]
    [InlineData("restore")]
    [InlineData("remove-key", "x")]
    public async Task Application_that_is_not_trusted_is_told(string command, params string[] more)
    {
        await AddAsync(TestKeys.Wiki, "The wiki");
        ToolRun run = await ToolRun.InProcessAsync(["trust", command, "nobody", "--store", Store, .. more]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("'nobody' is not trusted", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_of_keys_is_confirmed_only_with_the_fingerprints_that_were_compared()
    {
        RsaPublicKey waits = (await AddWithPendingChangeAsync()).Waits.SigningKeys[0];
        Assert.Contains($"Waits        {waits.Fingerprint}", (await RunAsync("show", "wiki")).Output, StringComparison.Ordinal);
        Assert.Contains("a change of keys waits", (await RunAsync("list")).Output, StringComparison.Ordinal);

        Assert.Equal(2, (await ToolRun.InProcessAsync("trust", "confirm", "wiki", "--store", Store)).ExitCode);
        ToolRun wrong = await ToolRun.InProcessAsync("trust", "confirm", "wiki", "--store", Store, "--fingerprint", TestKeys.Blog.ToCertificate().SigningKeys[0].Fingerprint);
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Equal(waits.Fingerprint, (string?)(await RunAsync("confirm", "wiki", "--fingerprint", waits.Fingerprint, "--json")).Json["signingKeys"]!.AsArray().Single());
        Assert.Equal(2, (await RunAsync("restore", "wiki", "--json")).Json["signingKeys"]!.AsArray().Count);
    }

    [Fact]
    public async Task Confirmation_without_a_waiting_change_does_not_cry_wolf()
    {
        await AddAsync(TestKeys.Wiki, "The wiki");
        string trusted = TestKeys.Wiki.ToCertificate().SigningKeys[0].Fingerprint;
        ToolRun run = await ToolRun.InProcessAsync("trust", "confirm", "wiki", "--store", Store, "--fingerprint", trusted);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal("trusted-apps: No change of keys is waiting for 'wiki'. Nothing was changed.\n", run.Error);
    }

    [Fact]
    public async Task Key_that_was_removed_is_not_shown_as_one_that_can_be_restored()
    {
        (ApplicationCertificate onRecord, ApplicationCertificate waits) = await AddWithPendingChangeAsync();
        RsaPublicKey left = onRecord.SigningKeys.Except(waits.SigningKeys).Single();
        await RunAsync("confirm", "wiki", "--fingerprint", waits.SigningKeys[0].Fingerprint);
        Assert.Contains($"{left.Fingerprint}; can be restored", (await RunAsync("show", "wiki")).Output, StringComparison.Ordinal);
        await RunAsync("remove-key", "wiki", left.Thumbprint);
        Assert.Contains($"{left.Fingerprint}; removed, so it cannot be restored", (await RunAsync("show", "wiki")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_of_keys_is_rejected()
    {
        await AddWithPendingChangeAsync();
        JsonObject rejected = (await RunAsync("reject", "wiki", "--json")).Json;
        Assert.Empty(rejected["pendingKeys"]!.AsArray());
        Assert.Equal(2, rejected["signingKeys"]!.AsArray().Count);
        ToolRun again = await ToolRun.InProcessAsync("trust", "reject", "wiki", "--store", Store);
        Assert.Equal((1, ""), (again.ExitCode, again.Output));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_is_removed_by_its_fingerprint(bool isGrouped)
    {
        RsaPublicKey key = (await AddWithPendingChangeAsync()).OnRecord.SigningKeys[0];
        JsonObject left = (await RunAsync("remove-key", "wiki", isGrouped ? key.Fingerprint : key.Thumbprint, "--json")).Json;
        Assert.Single(left["signingKeys"]!.AsArray());
        Assert.Equal(key.Thumbprint, (string?)left["removedKeys"]!.AsArray().Single());
    }

    [Fact]
    public async Task Every_change_is_in_the_audit_trail_with_the_name_of_who_made_it()
    {
        await AddAsync(TestKeys.Wiki, "The wiki");
        await RunAsync("suspend", "wiki");
        await RunAsync("resume", "wiki", "--administrator", "bob");
        await RunAsync("remove", "wiki", "--yes", "--administrator", "ann");

        await using TrustedAppsStore store = await OpenAsync();
        IReadOnlyList<AuditEntry> audit = await store.Reports.ListAuditAsync("wiki", null, 10, TestContext.Current.CancellationToken);
        Assert.Equal([("trust.remove", "ann"), ("trust.resume", "bob"), ("trust.suspend", $"tool:{Environment.UserName}"), ("trust.add", "test")], audit.Select(entry => (entry.Action, entry.Administrator)));
    }

    [Fact]
    public async Task Text_of_strangers_moves_no_cursor()
    {
        var keys = ThrowAwayKeys.Of("a\u2028\u202Eb", 3);
        await AddAsync(new TrustedApplication(keys.Id, keys.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"] }) { Name = "x\u2028y\u00ADz" });
        foreach (ToolRun run in new[] { await RunAsync("list"), await RunAsync("show", keys.Id), await RunAsync("suspend", keys.Id), await RunAsync("remove", keys.Id, "--yes") })
        {
            Assert.DoesNotContain(run.Output, character => character is '\u2028' or '\u202E' or '\u00AD');
            Assert.Contains("a ?b", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Trust_that_cannot_be_read_is_named_and_can_be_removed()
    {
        await AddAsync(TestKeys.Wiki, "The wiki");
        await AddAsync(TestKeys.Blog, "The blog");
        await SqliteFile.RunAsync(Store, "UPDATE trusted_apps_trusts SET terms = '{}' WHERE id = 'wiki'");

        ToolRun list = await RunAsync("list", "--json");
        Assert.Equal(2, list.Lines.Length);
        Assert.Contains("{\"id\":\"wiki\",\"unreadable\":true}", list.Lines);
        ToolRun show = await ToolRun.InProcessAsync("trust", "show", "wiki", "--store", Store);
        Assert.Equal((1, ""), (show.ExitCode, show.Output));
        await RunAsync("remove", "wiki", "--yes");
        Assert.Single((await RunAsync("list")).Lines);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<ToolRun> RunAsync(string command, params string[] args)
    {
        ToolRun run = await ToolRun.InProcessAsync(["trust", command, .. args, "--store", Store]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    private Task<TrustedAppsStore> OpenAsync() => TrustedAppsStore.OpenAsync(Store, cancellationToken: TestContext.Current.CancellationToken);

    private Task AddAsync(ApplicationKeys keys, string name, TrustConditions? conditions = null) => AddAsync(new TrustedApplication(
        CertificateRecord.Establish(keys.ToCertificate(), BaseUrl.Parse("https://wiki.example"), TimeProvider.System.GetUtcNow()),
        conditions ?? new TrustConditions { Addresses = ["*"], Urls = ["*"] })
    { Name = name });

    private async Task AddAsync(TrustedApplication trust)
    {
        await using TrustedAppsStore store = await OpenAsync();
        await store.Trusts.AddAsync(trust, "test", TestContext.Current.CancellationToken);
    }

    // Present and next keys are on record; a certificate without the first of them waits.
    private async Task<(ApplicationCertificate OnRecord, ApplicationCertificate Waits)> AddWithPendingChangeAsync()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var keys = ThrowAwayKeys.Of("wiki", 3, now.AddDays(-15));
        ApplicationKeys both = keys.WithNext(now.AddDays(-14));
        ApplicationCertificate onRecord = both.ToCertificate(time: new FakeTimeProvider(now.AddDays(-14)));
        ApplicationCertificate waits = both.Rotate(now.AddDays(-10)).ToCertificate(time: new FakeTimeProvider(now));
        CertificateOffer offer = CertificateRecord.Establish(onRecord, BaseUrl.Parse("https://wiki.example"), now.AddDays(-14)).Offer(waits, now);
        Assert.Equal((OfferOutcome.Held, 2, 1), (offer.Outcome, onRecord.SigningKeys.Count, waits.SigningKeys.Count));
        await AddAsync(new TrustedApplication(offer.Record, new TrustConditions { Addresses = ["*"], Urls = ["*"] }) { Name = "The wiki" });
        return (onRecord, waits);
    }
}
