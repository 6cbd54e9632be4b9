using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Tests;

/// <summary>What the pages do, over plain HTTP.</summary>
public class PagesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_administrators_the_second_is_told_and_keeps_what_was_typed()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient ann = host.Client();
        using AdminClient bob = host.Client("bob:admin");
        Assert.Equal("1", AdminClient.FieldIn((await ann.GetAsync("/edit?id=wiki")).Body, "version"));
        Assert.Equal(302, (await bob.PostAsync("/edit?handler=Save", Edit("1", "Bob's name", "/open"))).Status);

        Answer conflict = await ann.PostAsync("/edit?handler=Save", Edit("1", "Ann's name", "/open/only"));
        Assert.Equal(409, conflict.Status);
        string text = WebUtility.HtmlDecode(conflict.Body);
        Assert.Contains("was changed since you read it", text, StringComparison.Ordinal);
        Assert.Contains("Bob's name", text, StringComparison.Ordinal);
        Assert.Equal("Ann's name", AdminClient.FieldIn(conflict.Body, "name"));
        Assert.Equal("Bob's name", (await host.Store.Trusts.FindAsync("wiki", Ct))!.Trust.Name);

        Assert.Equal(302, (await ann.PostAsync("/edit?handler=Save", Edit(AdminClient.FieldIn(conflict.Body, "version"), "Ann's name", "/open/only"))).Status);
        StoredTrust saved = (await host.Store.Trusts.FindAsync("wiki", Ct))!;
        Assert.Equal(("Ann's name", "/open/only"), (saved.Trust.Name, Assert.Single(saved.Trust.Conditions.Urls)));
        Assert.Equal(["ann", "bob", "setup"], (await host.Store.Reports.ListAuditAsync("wiki", null, 10, Ct)).Select(entry => entry.Administrator));
    }

    [Theory]
    [InlineData("name", "", "A name must be")]
    [InlineData("addresses", "", "Addresses:")]
    [InlineData("addresses", "300.1.1.1", "300.1.1.1")]
    [InlineData("urls", "", "URLs:")]
    [InlineData("urls", "rest", "rest")]
    [InlineData("timeout", "soon", "Time-out")]
    [InlineData("timeout", "901", "15 minutes")]
    [InlineData("methods", "G@T(", "G@T(")]
    public async Task A_mistake_is_shown_at_the_form_with_what_was_typed(string field, string value, string message)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        Answer answer = await client.PostAsync("/edit?handler=Save", Edit("1", "Kept name", "/open").Select(known => known.Item1 == field ? (field, value) : known));
        string text = WebUtility.HtmlDecode(answer.Body);
        Assert.Equal(400, answer.Status);
        Assert.Contains("role=\"alert\"", text, StringComparison.Ordinal);
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", text, StringComparison.Ordinal);
        if (field != "name") Assert.Equal("Kept name", AdminClient.FieldIn(answer.Body, "name"));
        Assert.Equal(1, (await host.Store.Trusts.FindAsync("wiki", Ct))!.Version);
    }

    [Fact]
    public async Task A_suspended_trust_is_refused_until_it_is_resumed()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        Assert.Equal(200, (await host.Server.Trusted("/open").SendAsync()).Status);

        Answer suspended = await client.PostAsync("/decide?id=wiki&what=Suspend&handler=Do", [("version", "1")]);
        Assert.Equal((302, "/trusted-apps/trust?id=wiki&done=suspended"), (suspended.Status, suspended["Location"]));
        Assert.NotEqual(200, (await host.Server.Trusted("/open").SendAsync()).Status);
        Assert.Contains("Suspended", (await client.GetAsync("")).Body, StringComparison.Ordinal);

        Assert.Equal(409, (await client.PostAsync("/trust?handler=Resume", [("id", "wiki"), ("version", "1")])).Status);
        Assert.Equal(302, (await client.PostAsync("/trust?handler=Resume", [("id", "wiki"), ("version", "2")])).Status);
        Assert.Equal(200, (await host.Server.Trusted("/open").SendAsync()).Status);
    }

    [Fact]
    public async Task A_trust_is_removed_when_its_id_was_typed()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        foreach (string typed in (string[])["", "Wiki", "wiki2"]) Assert.Equal(400, (await client.PostAsync("/remove?handler=Remove", [("id", "wiki"), ("typed", typed)])).Status);
        Assert.Equal(200, (await host.Server.Trusted("/open").SendAsync()).Status);

        Assert.Equal(302, (await client.PostAsync("/remove?handler=Remove", [("id", "wiki"), ("typed", " wiki ")])).Status);
        Assert.NotEqual(200, (await host.Server.Trusted("/open").SendAsync()).Status);
        Assert.Equal(404, (await client.GetAsync("/trust?id=wiki")).Status);
        Assert.Equal(404, (await client.PostAsync("/remove?handler=Remove", [("id", "wiki"), ("typed", "wiki")])).Status);
    }

    [Theory]
    [InlineData("Confirm", true)]
    [InlineData("Reject", false)]
    public async Task New_keys_that_wait_are_confirmed_or_rejected(string handler, bool isTrusted)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        StoredTrust stored = await host.TrustAsync(Rotating.WithPending("https://wiki.example"));
        Assert.NotNull(stored.Trust.Record!.Pending);
        using AdminClient client = host.Client();
        Assert.Contains("New keys wait", (await client.GetAsync("/trust?id=wiki")).Body, StringComparison.Ordinal);
        Assert.Equal(302, (await client.PostAsync($"/decide?id=wiki&what={handler}&handler=Do", [("version", "1")])).Status);
        CertificateRecord record = (await host.Store.Trusts.FindAsync("wiki", Ct))!.Trust.Record!;
        Assert.Null(record.Pending);
        Assert.Equal(isTrusted ? 1 : 2, record.SigningKeys.Count);
        Answer again = await client.PostAsync($"/decide?id=wiki&what={handler}&handler=Do", [("version", "2")]);
        Assert.Equal(409, again.Status);
        Assert.Contains("No change of keys is waiting. Nothing was changed.", again.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_certificate_before_is_restored()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(Rotating.WithReplaced("https://wiki.example"));
        using AdminClient client = host.Client();
        Assert.Contains("The certificate before this one", (await client.GetAsync("/trust?id=wiki")).Body, StringComparison.Ordinal);
        Assert.Equal(302, (await client.PostAsync("/decide?id=wiki&what=Restore&handler=Do", [("version", "1")])).Status);
        Assert.Single((await host.Store.Trusts.FindAsync("wiki", Ct))!.Trust.Record!.SigningKeys);
    }

    [Fact]
    public async Task A_key_is_removed_in_two_steps_and_a_new_certificate_brings_the_application_back()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        string key = Assert.Single(TestKeys.Wiki.ToCertificate().SigningKeys).Thumbprint;
        using AdminClient client = host.Client();
        Assert.Contains("only signing key", (await client.GetAsync($"/remove-key?id=wiki&key={key}")).Body, StringComparison.Ordinal);
        Assert.Equal(302, (await client.PostAsync("/remove-key?handler=Remove", [("id", "wiki"), ("key", key), ("version", "1")])).Status);
        Assert.NotEqual(200, (await host.Server.Trusted("/open").SendAsync()).Status);

        Answer found = await client.PostAsync("/replace?handler=Find", [("id", "wiki"), ("url", wiki.Origin)]);
        Assert.Contains(Version4.FingerprintOf(TestKeys.Wiki), found.Body, StringComparison.Ordinal);
        (string, string)[] seen = [("id", "wiki"), ("version", "2"), ("seal", AdminClient.FieldIn(found.Body, "seal"))];
        wiki.Keys = Rotating.First;
        Answer changed = await client.PostAsync("/replace?handler=Confirm", seen);
        Assert.Equal(409, changed.Status);
        Assert.Contains("other keys than those that you saw", changed.Body, StringComparison.Ordinal);
        wiki.Keys = TestKeys.Wiki;
        Assert.Equal(302, (await client.PostAsync("/replace?handler=Confirm", [.. seen, ("readmit", "on")])).Status);
        Assert.Equal(200, (await host.Server.Trusted("/open").SendAsync()).Status);
    }

    [Fact]
    public async Task What_is_confirmed_is_what_was_seen()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient ann = host.Client();
        using AdminClient bob = host.Client("bob:admin");
        string seal = AdminClient.FieldIn((await ann.PostAsync("/add?handler=Find", [("url", wiki.Origin)])).Body, "seal");
        IEnumerable<(string, string)> form = [("seal", seal), .. Edit("1", "Wiki", "/open")];

        wiki.Keys = Rotating.First;
        Answer changed = await ann.PostAsync("/add?handler=Confirm", form);
        Assert.Equal(409, changed.Status);
        Assert.Contains("other keys than those that you saw", changed.Body, StringComparison.Ordinal);
        wiki.Keys = TestKeys.Blog;
        Assert.Equal(409, (await ann.PostAsync("/add?handler=Confirm", form)).Status);
        wiki.Keys = TestKeys.Wiki;
        wiki.IsBroken = true;
        Answer broken = await ann.PostAsync("/add?handler=Confirm", form);
        Assert.Equal("Wiki", AdminClient.FieldIn(broken.Body, "name"));
        wiki.IsBroken = false;

        string forged = (seal[^5] == 'A' ? 'B' : 'A') + seal[1..];
        Assert.Equal(400, (await ann.PostAsync("/add?handler=Confirm", [("seal", forged), .. Edit("1", "Wiki", "/open")])).Status);
        Assert.Equal(400, (await bob.PostAsync("/add?handler=Confirm", form)).Status);
        Assert.Equal(404, (await ann.PostAsync("/replace?handler=Confirm", [("id", "wiki"), .. form])).Status);
        Assert.Equal(400, (await ann.PostAsync("/add-provider?handler=Confirm", form)).Status);
        Assert.Null(await host.Store.Trusts.FindAsync("wiki", Ct));

        Assert.Equal(302, (await ann.PostAsync("/add?handler=Confirm", form)).Status);
        Answer twice = await ann.PostAsync("/add?handler=Confirm", form);
        Assert.Equal(409, twice.Status);
        Assert.Equal(409, (await ann.PostAsync("/add?handler=Find", [("url", wiki.Origin)])).Status);
    }

    [Theory]
    [InlineData("nonsense", "not a valid base URL")]
    [InlineData("http://wiki.example.invalid", "plain http")]
    [InlineData("https://127.0.0.1:1", "cannot be fetched")]
    public async Task A_bad_base_URL_is_kept_in_the_form(string url, string message)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        foreach (string page in (string[])["/add", "/add-provider"])
        {
            Answer answer = await client.PostAsync(page + "?handler=Find", [("url", url)]);
            Assert.Contains(message, WebUtility.HtmlDecode(answer.Body), StringComparison.Ordinal);
            Assert.Equal((400, url), (answer.Status, AdminClient.FieldIn(answer.Body, "url")));
        }
    }

    [Fact]
    public async Task Private_addresses_are_fetched_from_only_where_the_scheme_allows_them()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync(scheme: options => options.AllowPrivateAddresses = false);
        using AdminClient client = host.Client();
        Assert.Equal(400, (await client.PostAsync("/add?handler=Find", [("url", wiki.Origin)])).Status);
        Assert.Empty(wiki.Fetches);
    }

    [Fact]
    public async Task Older_versions_are_accepted_for_a_while_and_no_more()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        Assert.NotEqual("fred", (await host.Server.GetTrustedAsync("/open")).Body);
        List<(string, string)> form = [.. Edit("1", "", "/open"), ("versions", "3"), ("publicKey", TestKeys.Wiki.PublicKey.ToBase64()), ("until", "2199-12-31")];
        Assert.Equal(302, (await client.PostAsync("/legacy?handler=Save", form)).Status);
        Assert.Equal("fred", (await host.Server.GetTrustedAsync("/open")).Body);
        Assert.Contains("as weak as its weakest version", (await client.GetAsync("/trust?id=wiki")).Body, StringComparison.Ordinal);

        Assert.Equal(400, (await client.PostAsync("/legacy?handler=Save", form.Select(field => field.Item1 == "until" ? ("until", "some day") : field.Item1 == "version" ? ("version", "2") : field))).Status);
        Answer over = await client.PostAsync("/legacy?handler=Save", form.Select(field => field.Item1 == "until" ? ("until", "2020-01-01") : field.Item1 == "version" ? ("version", "2") : field));
        Assert.Equal(400, over.Status);
        Assert.Contains("Until: 2020-01-01 is over", over.Body, StringComparison.Ordinal);
        Assert.Equal(302, (await client.PostAsync("/legacy?handler=Remove", [("id", "wiki"), ("version", "2")])).Status);
        Assert.NotEqual("fred", (await host.Server.GetTrustedAsync("/open")).Body);
    }

    [Fact]
    public async Task Own_keys_are_published_and_rotated()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        IKeyStore keys = host.Server.Services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme);
        string first = Version4.FingerprintOf(keys.Keys);
        Answer tooSoon = await client.PostAsync("/own?handler=Rotate", []);
        Assert.Equal(409, tooSoon.Status);
        Assert.Contains("role=\"alert\"", tooSoon.Body, StringComparison.Ordinal);

        Assert.Equal(302, (await client.PostAsync("/own?handler=Publish", [])).Status);
        Assert.Equal(2, keys.Keys.ToCertificate().SigningKeys.Count);
        Assert.Equal(409, (await client.PostAsync("/own?handler=Publish", [])).Status);
        Assert.Equal(302, (await client.PostAsync("/own?handler=Rotate", [])).Status);
        Assert.NotEqual(first, keys.Keys.Keys.First(key => key is { Use: KeyUse.Signature, Status: KeyStatus.Current }).PublicKey.Fingerprint);
        Answer page = await client.GetAsync("/own");
        Assert.Contains("retired at", page.Body, StringComparison.Ordinal);
        Assert.Contains($"{host.Origin}/.well-known/trusted-app", page.Body, StringComparison.Ordinal);

        IReadOnlyList<AuditEntry> audit = await host.Store.Reports.ListAuditAsync("tracker", null, 10, Ct);
        Assert.Equal([("keys.rotate", "ann"), ("keys.publish-next", "ann")], audit.Select(entry => (entry.Action, entry.Administrator)));
        Assert.All(audit, entry => Assert.NotEqual(entry.Before, entry.After));
    }

    [Fact]
    public async Task Keys_that_rotate_by_themselves_say_when_and_leave_the_others_to_the_administrator()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        IKeyStore keys = host.Server.Services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme);
        Assert.DoesNotContain("replaced by themselves", (await client.GetAsync("/own")).Body, StringComparison.Ordinal);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await keys.ChangeAsync(present => present.RotateEncryptionKeys(now, TimeSpan.FromDays(1)).RotateEncryptionKeys(now.AddHours(23), TimeSpan.FromDays(1)), Ct);

        Answer page = await client.GetAsync("/own");
        Assert.Contains("Keys that decrypt are replaced by themselves.", page.Body, StringComparison.Ordinal);
        Assert.Contains("in use until ", page.Body, StringComparison.Ordinal);
        Assert.Contains("next: in the certificate, in use from ", page.Body, StringComparison.Ordinal);
        Assert.Contains("\"dueAt\":\"", (await client.GetAsync("/api/application")).Body, StringComparison.Ordinal);

        Assert.Equal(302, (await client.PostAsync("/own?handler=Publish", [])).Status); // although a key that decrypts is next
        Assert.Equal(2, keys.Keys.ToCertificate().SigningKeys.Count);
    }

    [Fact]
    public async Task Providers_are_pinned_and_forgotten()
    {
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Blog, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        Answer found = await client.PostAsync("/add-provider?handler=Find", [("url", tracker.Origin + "/")]);
        Assert.Contains(Version4.FingerprintOf(TestKeys.Blog), found.Body, StringComparison.Ordinal);
        string seal = AdminClient.FieldIn(found.Body, "seal");
        Assert.Empty(await host.Store.Providers.ListAsync(Ct));
        Assert.Equal(302, (await client.PostAsync("/add-provider?handler=Confirm", [("seal", seal)])).Status);
        Assert.Equal(409, (await client.PostAsync("/add-provider?handler=Confirm", [("seal", seal)])).Status);
        Assert.Contains(tracker.Origin, (await client.GetAsync("/providers")).Body, StringComparison.Ordinal);

        Assert.Equal(200, (await client.GetAsync($"/remove-provider?url={Uri.EscapeDataString(tracker.Origin)}")).Status);
        Assert.Equal(302, (await client.PostAsync("/remove-provider?handler=Remove", [("url", tracker.Origin)])).Status);
        Assert.Equal(404, (await client.PostAsync("/remove-provider?handler=Remove", [("url", tracker.Origin)])).Status);
        Assert.Empty(await host.Store.Providers.ListAsync(Ct));
    }

    [Fact]
    public async Task A_refused_request_is_shown_and_its_text_does_no_harm()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        const string hostile = "<script>alert(1)</script>\"'&\u202E";
        await host.Server.Request("/open/%3Cimg%20src=x%20onerror=alert(1)%3E").With("X-Seraph-Trusted-App-ID", "<script>alert(1)</script>").SendAsync();
        await host.Server.Request("/open", "<b>fred</b>").SendAsync();
        await host.WriteActivityAsync();
        using AdminClient client = host.Client();
        Answer page = await client.GetAsync("/refusals");
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("APP_UNKNOWN", page.Body, StringComparison.Ordinal);
        Assert.Contains("<script>alert(1)</script>", WebUtility.HtmlDecode(page.Body), StringComparison.Ordinal);
        Assert.DoesNotContain("&lt;script", (await client.GetAsync("/refusals?application=wiki")).Body, StringComparison.Ordinal);
        Assert.Contains("APP_UNKNOWN", (await client.GetAsync("")).Body, StringComparison.Ordinal); // counted with strangers

        foreach (string path in (string[])["/trust?id=", "/edit?id=", "/remove?id=", "/?search=", "/audit?subject=", "/refusals?application=", "/?done="])
        {
            string body = (await client.GetAsync(path + Uri.EscapeDataString(hostile))).Body;
            Assert.DoesNotContain("<script", body, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Bidirectional_characters_are_made_visible()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        Answer page = await client.GetAsync("/trust?id=" + Uri.EscapeDataString("a\u202Eb\u0007"));
        Assert.Equal(404, page.Status);
        Assert.Contains("a[U+202E]b[U+0007]", WebUtility.HtmlDecode(page.Body), StringComparison.Ordinal);
        Assert.Equal("a[U+200B] b[U+2028]\u00FC\U0001F600\uFFFD", Display.Visible.Text("a\u200B b\u2028\u00FC\U0001F600\uD800"));
    }

    [Fact]
    public async Task The_list_is_searched_and_shown_by_pages()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["/"] };
        for (int number = 0; number < 53; number++)
        {
            await host.Store.Trusts.AddAsync(new TrustedApplication($"app-{number:00}", TestKeys.Wiki.PublicKey, conditions) { Name = $"Number {number}" }, "setup", Ct);
        }

        using AdminClient client = host.Client();
        Answer first = await client.GetAsync("");
        Assert.Contains("app-49", first.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("app-50", first.Body, StringComparison.Ordinal);
        Assert.Contains("Page 1 of 2", first.Body, StringComparison.Ordinal);
        Assert.Contains("app-52", (await client.GetAsync("?at=2")).Body, StringComparison.Ordinal);
        Answer found = await client.GetAsync("?search=Number+17");
        Assert.Contains("app-17", found.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("app-18", found.Body, StringComparison.Ordinal);
        foreach (string query in (string[])["?at=0", "?at=-3", "?at=99999999999", "?at=x", "?at=7"]) Assert.Equal((query, 200), (query, (await client.GetAsync(query)).Status));
    }

    [Fact]
    public async Task Activity_is_shown_for_each_application()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example", "The wiki");
        await host.Server.Trusted("/open").SendAsync();
        await host.Server.Trusted("/closed").SendAsync();
        await host.WriteActivityAsync();
        using AdminClient client = host.Client();
        foreach (string path in (string[])["", "/trust?id=wiki"])
        {
            Answer page = await client.GetAsync(path);
            Assert.Contains("1 accepted", page.Body, StringComparison.Ordinal);
            Assert.Contains("1 BAD_URL", page.Body, StringComparison.Ordinal);
            Assert.Contains("Last accepted", page.Body, StringComparison.Ordinal);
            Assert.Contains("Last refused", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("Last request<", page.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_audit_trail_says_what_changed()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client("ann<i>:admin");
        await client.PostAsync("/edit?handler=Save", Edit("1", "New name", "/open"));
        Answer page = await client.GetAsync("/audit?subject=wiki");
        Assert.Contains("trust.edit", page.Body, StringComparison.Ordinal);
        Assert.Contains("New name", page.Body, StringComparison.Ordinal);
        Assert.Contains("ann&lt;i&gt;", page.Body, StringComparison.Ordinal);
        Assert.Contains("timeoutMilliseconds", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_said_clearly()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        Assert.Equal(200, (await client.GetAsync("")).Status);
        host.BreakDatabase();
        foreach (string path in (string[])["", "/trust?id=wiki", "/refusals", "/audit", "/providers"])
        {
            Answer page = await client.GetAsync(path);
            Assert.Equal((path, 503), (path, page.Status));
            Assert.Contains("The database does not answer", page.Body, StringComparison.Ordinal);
            Assert.NotNull(page["Content-Security-Policy"]);
        }

        Assert.Equal(503, (await client.PostAsync("/decide?id=wiki&what=Suspend&handler=Do", [("version", "1")])).Status);
    }

    private static (string, string)[] Edit(string version, string name, string urls) =>
    [
        ("id", "wiki"), ("version", version), ("name", name), ("addresses", "127.0.0.1\r\n::1"), ("urls", urls), ("timeout", "30"), ("methods", ""), ("futureTolerance", "0"),
    ];
}
