using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class TrustAddCommandTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string Store => _folder.PathOf("trust.db");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Script_that_names_each_signing_key_adds_the_trust(bool isGrouped)
    {
        await using CertificateHost wiki = await StartAsync();
        RsaPublicKey key = KeyOf(TestKeys.Wiki);
        ToolRun run = await ToolRun.AsProcessAsync("trust", "add", $"{wiki.Origin}/", "--store", Store, "--address", "10.1.0.0/16", "--url", "/rest", "--yes", "--fingerprint", isGrouped ? key.Fingerprint : key.Thumbprint, "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(("wiki", "wiki", 1L, wiki.Origin), ((string?)run.Json["id"], (string?)run.Json["name"], (long?)run.Json["version"], (string?)run.Json["baseUrl"]));
        Assert.Contains(key.Fingerprint, run.Error, StringComparison.Ordinal);

        await using TrustedAppsStore store = await OpenAsync();
        StoredTrust stored = (await store.Trusts.FindAsync("wiki", TestContext.Current.CancellationToken))!;
        Assert.Equal(["10.1.0.0/16"], stored.Trust.Conditions.Addresses);
        Assert.Equal($"tool:{Environment.UserName}", stored.AddedBy);
    }

    [Fact]
    public async Task Every_condition_arrives_in_the_trust()
    {
        await using CertificateHost wiki = await StartAsync();
        ToolRun run = await ToolRun.InProcessAsync([
            "trust", "add", wiki.Origin, "--store", Store, "--yes", "--fingerprint", KeyOf(TestKeys.Wiki).Fingerprint, "--administrator", "ann", "--name", "The wiki",
            "--address", "10.1.0.0/16", "--address", "::1", "--url", "/rest", "--url", "/search/*", "--version", "4", "--method", "GET", "--method", "PUT", "--allow-user", "a*", "--allow-user", "fred",
            "--deny-user", "admin", "--timeout", "5m", "--allow-self", "--allow-unbound-content", "--check-forwarded-for", "--refuse-replays"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));

        await using TrustedAppsStore store = await OpenAsync();
        StoredTrust stored = (await store.Trusts.FindAsync("wiki", TestContext.Current.CancellationToken))!;
        TrustConditions conditions = stored.Trust.Conditions;
        Assert.Equal(("ann", "The wiki"), (stored.AddedBy, stored.Trust.Name));
        Assert.Equal(["10.1.0.0/16", "::1"], conditions.Addresses);
        Assert.Equal(["/rest", "/search/*"], conditions.Urls);
        Assert.Equal(["GET", "PUT"], conditions.Methods);
        Assert.Equal(["a*", "fred"], conditions.AllowUsers);
        Assert.Equal(["admin"], conditions.DenyUsers);
        Assert.Equal(TimeSpan.FromMinutes(5), conditions.Timeout);
        Assert.Equal((true, true, false, true, true), (conditions.AllowSelf, conditions.AllowUnboundContent, conditions.AllowWeakKeys, conditions.CheckForwardedFor, conditions.RefuseReplays));
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData(" YES \n", true)]
    [InlineData("\n", false)]
    [InlineData("", false)]
    [InlineData("n\n", false)]
    [InlineData("yellow\n", false)]
    public async Task At_a_terminal_it_asks_and_no_is_the_default(string answer, bool isAdded)
    {
        await using CertificateHost wiki = await StartAsync();
        ToolRun run = await ToolRun.AtTerminalAsync(answer, AddEverything(wiki));

        Assert.Equal(isAdded ? 0 : 1, run.ExitCode);
        Assert.Contains("Is this what the other administrator sees? [y/N]", run.Output, StringComparison.Ordinal);
        Assert.Contains(KeyOf(TestKeys.Wiki).Fingerprint, run.Output, StringComparison.Ordinal);
        Assert.Equal(isAdded, run.Output.Contains("Next, on the other side", StringComparison.Ordinal));
        Assert.Equal(isAdded, File.Exists(Store));
    }

    [Fact]
    public async Task With_JSON_the_question_is_not_among_the_output()
    {
        await using CertificateHost wiki = await StartAsync();
        ToolRun run = await ToolRun.AtTerminalAsync("y\n", [.. AddEverything(wiki), "--json"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("wiki", (string?)run.Json["id"]);
        Assert.Contains("[y/N]", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_and_without_yes_nothing_is_added()
    {
        await using CertificateHost wiki = await StartAsync();
        ToolRun run = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes("y\n"), [.. AddEverything(wiki), "--fingerprint", KeyOf(TestKeys.Wiki).Fingerprint]);
        AssertNothingAdded(run, "--yes");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("wrong")]
    [InlineData("begins with a dash")]
    [InlineData("of an encryption key")]
    [InlineData("one too many")]
    [InlineData("twice")]
    public async Task Script_with_other_fingerprints_than_those_of_the_signing_keys_adds_nothing(string mistake)
    {
        await using CertificateHost wiki = await StartAsync();
        string right = KeyOf(TestKeys.Wiki).Fingerprint;
        string[] fingerprints = mistake switch
        {
            "none" => [],
            "wrong" => ["--fingerprint", KeyOf(TestKeys.Blog).Fingerprint],
            "begins with a dash" => ["--fingerprint", "-" + right[1..]],
            "of an encryption key" => ["--fingerprint", TestKeys.Wiki.ToCertificate().EncryptionKeys[0].Fingerprint],
            "one too many" => ["--fingerprint", right, "--fingerprint", KeyOf(TestKeys.Blog).Fingerprint],
            _ => ["--fingerprint", right, "--fingerprint", KeyOf(TestKeys.Wiki).Thumbprint],
        };
        AssertNothingAdded(await ToolRun.InProcessAsync([.. AddEverything(wiki), "--yes", .. fingerprints]), "fingerprint");
    }

    [Fact]
    public async Task Each_of_several_signing_keys_is_to_be_named()
    {
        ApplicationKeys keys = TestKeys.Wiki.WithNext(TimeProvider.System.GetUtcNow());
        await using CertificateHost wiki = await CertificateHost.StartAsync(keys, TimeProvider.System);
        string[] fingerprints = [.. keys.ToCertificate().SigningKeys.Select(key => key.Fingerprint)];
        Assert.Equal(2, fingerprints.Length);

        AssertNothingAdded(await ToolRun.InProcessAsync([.. AddEverything(wiki), "--yes", "--fingerprint", fingerprints[0]]), "2 signing keys");
        AssertNothingAdded(await ToolRun.InProcessAsync([.. AddEverything(wiki), "--yes", "--fingerprint", fingerprints[0], "--fingerprint", fingerprints[0]]), "2 signing keys");
        Assert.Equal(0, (await ToolRun.InProcessAsync([.. AddEverything(wiki), "--yes", "--fingerprint", fingerprints[1], "--fingerprint", fingerprints[0]])).ExitCode);
    }

    [Fact]
    public async Task Wrong_fingerprint_is_refused_before_anybody_is_asked()
    {
        await using CertificateHost wiki = await StartAsync();
        ToolRun run = await ToolRun.AtTerminalAsync("y\n", [.. AddEverything(wiki), "--fingerprint", KeyOf(TestKeys.Blog).Fingerprint]);
        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("[y/N]", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Store));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("1", "warwick")]
    public async Task Application_of_older_versions_is_trusted_for_those_that_are_named(params string[] versions)
    {
        await using KestrelServer wiki = await LegacyHost.StartAsync(TestKeys.Wiki);
        string[] options = versions is ["3"] ? [] : [.. versions.SelectMany(version => new[] { "--version", version })];
        ToolRun run = await ToolRun.InProcessAsync([
            "trust", "add", wiki.Origin, "--store", Store, "--address", "*", "--url", "*", "--yes", "--fingerprint", TestKeys.Wiki.PublicKey.Fingerprint, .. options]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(versions.Contains("1"), run.Output.Contains("version 1 can be forged", StringComparison.Ordinal));
        await using TrustedAppsStore store = await OpenAsync();
        StoredTrust stored = (await store.Trusts.FindAsync("wiki", TestContext.Current.CancellationToken))!;
        Assert.Equal(versions, TrustDocument.Of(stored, TimeProvider.System.GetUtcNow()).AcceptedVersions);
        Assert.Equal(TimeSpan.Zero, stored.Trust.Conditions.FutureTolerance);
    }

    [Theory]
    [InlineData("--address", "10.1.0.0/99")]
    [InlineData("--url", "rest")]
    [InlineData("--url", "")]
    [InlineData("--deny-user", "")]
    [InlineData("--method", "")]
    [InlineData("--timeout", "0s")]
    [InlineData("--timeout", "16m")]
    [InlineData("--timeout", "10ms")]
    [InlineData("--version", "3")]
    [InlineData("--name", "")]
    public async Task Condition_that_cannot_be_is_refused_by_what_the_library_says(string option, string value)
    {
        await using CertificateHost wiki = await StartAsync();
        ToolRun run = await ToolRun.InProcessAsync([.. AddEverything(wiki), "--yes", "--fingerprint", KeyOf(TestKeys.Wiki).Fingerprint, option, value]);
        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
        Assert.Equal(run.Error.Length - 1, run.Error.IndexOf('\n', StringComparison.Ordinal));
        if (File.Exists(Store)) Assert.Empty((await ToolRun.InProcessAsync("trust", "list", "--store", Store, "--json")).Output);
    }

    [Fact]
    public async Task Application_that_is_trusted_already_is_not_added_again()
    {
        await using CertificateHost wiki = await StartAsync();
        string[] add = [.. AddEverything(wiki), "--yes", "--fingerprint", KeyOf(TestKeys.Wiki).Fingerprint];
        Assert.Equal(0, (await ToolRun.InProcessAsync(add)).ExitCode);
        ToolRun again = await ToolRun.InProcessAsync(add);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("trusted already", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://wiki.example")]
    [InlineData("https://user@wiki.example")]
    [InlineData("wiki")]
    public async Task Url_that_is_not_safe_to_fetch_is_refused(string url) =>
        AssertNothingAdded(await ToolRun.InProcessAsync("trust", "add", url, "--store", Store, "--address", "*", "--url", "*"), "");

    [Fact]
    public async Task Where_there_is_no_certificate_nothing_is_added()
    {
        await using CertificateHost wiki = await StartAsync();
        wiki.IsBroken = true;
        AssertNothingAdded(await ToolRun.InProcessAsync([.. AddEverything(wiki), "--yes"]), "500");
    }

    public void Dispose() => _folder.Dispose();

    private static Task<CertificateHost> StartAsync() => CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);

    private static RsaPublicKey KeyOf(ApplicationKeys keys) => Assert.Single(keys.ToCertificate().SigningKeys);

    private string[] AddEverything(CertificateHost host) => ["trust", "add", host.Origin, "--store", Store, "--address", "*", "--url", "*"];

    private Task<TrustedAppsStore> OpenAsync() => TrustedAppsStore.OpenAsync(Store, cancellationToken: TestContext.Current.CancellationToken);

    private void AssertNothingAdded(ToolRun run, string said)
    {
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Store));
    }
}
