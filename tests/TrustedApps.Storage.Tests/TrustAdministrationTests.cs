using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests;

public class TrustAdministrationTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, AtEachDatabase]
    public async Task Another_base_url_for_the_same_certificate_is_in_the_audit_trail(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await using CertificateHost elsewhere = await CertificateHost.StartAsync(Trusted.KeysOf("wiki"), TimeProvider.System);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        using var client = new CertificateClient();

        await store.Trusts.ReplaceCertificateAsync("wiki", 1, await FoundCertificate.FindAsync(client, elsewhere.Origin, Ct), readmitRemovedKeys: false, "mallory", Ct);

        AuditEntry line = (await store.Reports.ListAuditAsync("wiki", null, 1, Ct))[0];
        Assert.Equal(("certificate.replace", "mallory"), (line.Action, line.Administrator));
        Assert.Contains(elsewhere.Origin, line.After, StringComparison.Ordinal);
    }

    [Theory, AtEachDatabase]
    public async Task Each_change_is_made_once_and_written_to_the_audit_trail(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        var time = new ManualTimeProvider(_now);
        TrustedAppsStore store = await database.OpenStoreAsync(time);
        TrustConditions narrow = new() { Addresses = ["10.0.0.0/8"], Urls = ["/rest"], Timeout = TimeSpan.FromSeconds(30) };
        ApplicationKeys keys = Trusted.KeysOf("wiki");
        ApplicationKeys twoKeys = keys.WithNext(TimeProvider.System.GetUtcNow());
        ApplicationCertificate others = Trusted.LaterCertificateOf(twoKeys);

        StoredTrust trust = await store.Trusts.AddAsync(Trusted.In("wiki", "Wiki"), "ann", Ct);
        Assert.Equal((1, "ann", _now, _now), (trust.Version, trust.AddedBy, trust.AddedAt, trust.ChangedAt));
        time.Advance(TimeSpan.FromMinutes(1));
        trust = await store.Trusts.EditAsync("wiki", 1, new TrustEdit("The wiki", narrow, new LegacyAccess(TestKeys.Blog.PublicKey, Trusted.Everything, _now.AddDays(30))), "bob", Ct);
        Assert.Equal((2, "The wiki", "ann", _now, _now.AddMinutes(1)), (trust.Version, trust.Trust.Name, trust.AddedBy, trust.AddedAt, trust.ChangedAt));
        Assert.Equal((_now.AddDays(30), TestKeys.Blog.PublicKey), (trust.Trust.Legacy!.Until, trust.Trust.Legacy.PublicKey));
        trust = await store.Trusts.SuspendAsync("wiki", 2, "bob", Ct);
        Assert.Equal((3, true, "The wiki"), (trust.Version, trust.Trust.IsSuspended, trust.Trust.Name));
        trust = await store.Trusts.ResumeAsync("wiki", null, "bob", Ct);
        Assert.Equal((4, false, 30), (trust.Version, trust.Trust.IsSuspended, trust.Trust.Conditions.Timeout.TotalSeconds));

        trust = await OfferAsync(twoKeys.ToCertificate(), TimeSpan.Zero);
        Assert.Equal(2, trust.Trust.Record!.SigningKeys.Count);
        trust = await store.Trusts.RestoreCertificateAsync("wiki", null, "bob", Ct);
        Assert.Equal(keys.ToCertificate().SigningKeys, trust.Trust.Record!.SigningKeys);
        trust = await store.Trusts.RestoreCertificateAsync("wiki", null, "bob", Ct);
        Assert.Equal(2, trust.Trust.Record!.SigningKeys.Count);

        trust = await OfferAsync(others);
        Assert.NotNull(trust.Trust.Record!.Pending);
        trust = await store.Trusts.RejectCertificateAsync("wiki", null, "bob", Ct);
        Assert.Null(trust.Trust.Record!.Pending);
        RsaPublicKey removed = trust.Trust.Record.SigningKeys[0];
        trust = await store.Trusts.RemoveKeyAsync("wiki", null, removed.Thumbprint, "bob", Ct);
        Assert.Equal([removed.Thumbprint], trust.Trust.Record!.RemovedThumbprints);
        await store.Trusts.RemoveAsync("wiki", trust.Version, "bob", Ct);
        Assert.Null(await store.Trusts.FindAsync("wiki", Ct));

        IReadOnlyList<AuditEntry> audit = await store.Reports.ListAuditAsync("wiki", null, 100, Ct);
        Assert.Equal(
            ["trust.add", "trust.edit", "trust.suspend", "trust.resume", "certificate.fetch", "certificate.restore", "certificate.restore", "certificate.fetch", "certificate.reject", "certificate.remove-key", "trust.remove"],
            audit.Reverse().Select(entry => entry.Action));
        Assert.All(audit.Zip(audit.Skip(1)), pair => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pair.First.Before!), JsonNode.Parse(pair.Second.After!)))); // before one is after the other
        Assert.Null(audit[^1].Before);
        Assert.Null(audit[0].After);
        Assert.Equal(("ann", "bob", _now.AddMinutes(1)), (audit[^1].Administrator, audit[^2].Administrator, audit[^2].At));
        Assert.Equal("The wiki", JsonNode.Parse(audit[^2].After!)!["name"]!.GetValue<string>());

        Task<StoredTrust> OfferAsync(ApplicationCertificate offered, TimeSpan? hold = null) => store.Trusts.ChangeRecordAsync("certificate.fetch", "wiki", null, record => record.Offer(offered, _now, hold).Record, "refresh", Ct);
    }

    [Theory, AtEachDatabase]
    public async Task A_trust_or_a_provider_in_the_own_id_is_refused(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        StoreDatabase connection = database.Open();
        await StoreSchema.Current.UpgradeAsync(connection, Ct);
        var host = new TrustedAppsStore(connection, new StoreWriter(connection), TimeProvider.System, _ => false, ownId: () => "wiki");
        var tool = new TrustedAppsStore(connection, new StoreWriter(connection), TimeProvider.System, _ => false);
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        using var client = new CertificateClient();
        FoundCertificate found = await FoundCertificate.FindAsync(client, wiki.Origin, Ct);

        await RefusedAsync(AdministrationProblem.Invalid, "'wiki' is this application's own id.", () => host.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "'wiki' is this application's own id.", () => host.Providers.AddAsync(found, "ann", Ct));
        await database.ExecuteAsync($"INSERT INTO trusted_apps_keys (id, sealed_keys, version, changed_at) VALUES ('wiki', {(kind == DatabaseKind.Sqlite ? "x'00'" : "'x'")}, 1, 1)");
        await RefusedAsync(AdministrationProblem.Invalid, "'wiki' is this application's own id.", () => tool.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct));
    }

    [Theory, AtEachDatabase]
    public async Task A_certificate_that_waits_is_confirmed(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync(new ManualTimeProvider(_now));
        ApplicationKeys twoKeys = Trusted.KeysOf("wiki").WithNext(TimeProvider.System.GetUtcNow());
        await store.Trusts.AddAsync(new TrustedApplication(CertificateRecord.Establish(twoKeys.ToCertificate(), BaseUrl.Parse("https://app.example"), _now), Trusted.Everything), "ann", Ct);
        ApplicationCertificate without = Trusted.LaterCertificateOf(twoKeys);
        await store.Trusts.ChangeRecordAsync("certificate.fetch", "wiki", null, record => record.Offer(without, _now).Record, "refresh", Ct);
        PendingCertificate pending = (await store.Trusts.FindAsync("wiki", Ct))!.Trust.Record!.Pending!;
        Assert.Equal([$"{pending.NextCheckAt.ToUnixTimeMilliseconds()}"], await database.QueryAsync("SELECT pending_until FROM trusted_apps_trusts"));

        StoredTrust confirmed = await store.Trusts.ConfirmCertificateAsync("wiki", null, "ann", Ct);
        Assert.Equal(without.SigningKeys, confirmed.Trust.Record!.SigningKeys);
        Assert.Equal([""], await database.QueryAsync("SELECT pending_until FROM trusted_apps_trusts"));
        await RefusedAsync(AdministrationProblem.Invalid, "No replacement waits.", () => store.Trusts.ConfirmCertificateAsync("wiki", null, "ann", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "No replacement waits.", () => store.Trusts.RejectCertificateAsync("wiki", null, "ann", Ct));
        Assert.Equal(3, (await store.Reports.ListAuditAsync("wiki", null, 10, Ct)).Count); // what was refused leaves no line
    }

    [Theory, AtEachDatabase]
    public async Task What_cannot_be_is_refused_and_changes_nothing(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        TrustAdministration trusts = store.Trusts;
        TrustEdit edit = new("Wiki", Trusted.Everything);
        await RefusedAsync(AdministrationProblem.NotFound, "'wiki' is not trusted by this store.", () => trusts.EditAsync("wiki", 1, edit, "ann", Ct));
        await RefusedAsync(AdministrationProblem.NotFound, "'wiki' is not trusted by this store.", () => trusts.SuspendAsync("wiki", null, "ann", Ct));
        await RefusedAsync(AdministrationProblem.NotFound, "'wiki' is not trusted by this store.", () => trusts.RemoveAsync("wiki", null, "ann", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "A name must be 1 to 255 characters", () => trusts.AddAsync(Trusted.In("wiki", "two\nlines"), "ann", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "must be well-formed Unicode text", () => trusts.AddAsync(Trusted.InLegacy("wiki\ud800", "Wiki"), "ann", Ct));
        Assert.Empty(await store.Reports.ListAuditAsync(null, null, 10, Ct));

        await trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        await trusts.AddAsync(Trusted.InLegacy("old"), "ann", Ct);
        await RefusedAsync(AdministrationProblem.Exists, "'wiki' is trusted already.", () => trusts.AddAsync(Trusted.In("wiki"), "ann", Ct));
        await RefusedAsync(AdministrationProblem.Changed, "was changed since you read it", () => trusts.EditAsync("wiki", 2, edit, "ann", Ct));
        await RefusedAsync(AdministrationProblem.Changed, "was changed since you read it", () => trusts.RemoveAsync("wiki", 0, "ann", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "Under version 4 the time-out must be", () => trusts.EditAsync("wiki", 1, edit with { Conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Timeout = TimeSpan.FromHours(1) } }, "ann", Ct));
        RsaPublicKey own = Trusted.KeysOf("wiki").ToCertificate().SigningKeys[0];
        string sameKey = await RefusedAsync(AdministrationProblem.Invalid, "legacy key is one of its version 4 keys", () => trusts.EditAsync("wiki", 1, edit with { Legacy = new LegacyAccess(own, Trusted.Everything, _now) }, "ann", Ct));
        Assert.DoesNotContain("Parameter", sameKey, StringComparison.Ordinal);
        await RefusedAsync(AdministrationProblem.NotFound, "lists a key with the thumbprint 'none'", () => trusts.RemoveKeyAsync("wiki", null, "none", "ann", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "so none can be restored", () => trusts.RestoreCertificateAsync("wiki", null, "ann", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "'old' speaks older versions only", () => trusts.RemoveKeyAsync("old", null, own.Thumbprint, "ann", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "its conditions are those of the trust", () => trusts.EditAsync("old", 1, new TrustEdit("Old", Trusted.Everything, new LegacyAccess(TestKeys.Blog.PublicKey, Trusted.Everything, _now)), "ann", Ct));
        await Assert.ThrowsAsync<ArgumentException>(() => trusts.SuspendAsync("wiki", null, "", Ct)); // who?
        Assert.Equal(["1", "1"], await database.QueryAsync("SELECT version FROM trusted_apps_trusts"));
        Assert.Equal(2, (await store.Reports.ListAuditAsync(null, null, 10, Ct)).Count);
    }

    [Theory, AtEachDatabase]
    public async Task Of_administrators_who_change_one_trust_at_once_exactly_one_wins(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        TrustAdministration[] administrators = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => database.OpenStoreAsync().ContinueWith(opened => opened.Result.Trusts, TaskScheduler.Default)))];
        for (long version = 1; version < 6; version++)
        {
            string[] outcomes = await Task.WhenAll(administrators.Select((trusts, index) => Task.Run(() => OutcomeAsync(() => trusts.EditAsync("wiki", version, new TrustEdit($"By {index}", Trusted.Everything), $"administrator {index}", Ct)), Ct)));
            Assert.Equal(["Changed", "Changed", "Changed", "won"], outcomes.Order(StringComparer.Ordinal));
            Assert.Equal($"By {Array.IndexOf(outcomes, "won")}", (await store.Trusts.FindAsync("wiki", Ct))!.Trust.Name);
        }

        Assert.Equal(6, (await store.Reports.ListAuditAsync("wiki", null, 100, Ct)).Count);
    }

    [Theory, AtEachDatabase]
    public async Task Of_administrators_who_add_one_application_at_once_exactly_one_wins(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        string[] outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(index => Task.Run(() => OutcomeAsync(() => store.Trusts.AddAsync(Trusted.In("wiki"), $"administrator {index}", Ct)), Ct)));
        Assert.Equal(["Exists", "Exists", "Exists", "won"], outcomes.Order(StringComparer.Ordinal));
        Assert.Single(await store.Reports.ListAuditAsync("wiki", null, 100, Ct));
    }

    [Theory, AtEachDatabase]
    public async Task An_edit_that_began_before_the_trust_was_removed_and_added_again_is_refused(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        StoredTrust first = await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        await store.Trusts.RemoveAsync("wiki", null, "ann", Ct);
        await RefusedAsync(AdministrationProblem.NotFound, "is not trusted", () => store.Trusts.EditAsync("wiki", first.Version, new TrustEdit("Wiki", Trusted.Everything), "ann", Ct));
        StoredTrust again = await store.Trusts.AddAsync(Trusted.InLegacy("wiki"), "bob", Ct);
        Assert.Equal((3, "bob", false), (again.Version, again.AddedBy, again.Trust.Record is not null));
        await RefusedAsync(AdministrationProblem.Changed, "was changed since you read it", () => store.Trusts.EditAsync("wiki", first.Version, new TrustEdit("Wiki", Trusted.Everything), "ann", Ct));
        Assert.Equal("bob", (await store.Trusts.FindAsync("wiki", Ct))!.AddedBy);
    }

    [Theory, AtEachDatabase]
    public async Task Ids_of_all_shapes_are_kept_as_they_are(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        string[] ids = [new('x', 255), new('ä', 255), "it's \"quoted\"", "100%", "a_b", "a\\b", "'; DROP TABLE trusted_apps_trusts; --", "Ünïcöde 😀", "wiki", "WIKI", "wiki ", " wiki", "\u0065\u0301", "\u00e9", "\u202edesrever"];
        foreach (string id in ids)
        {
            await store.Trusts.AddAsync(Trusted.InLegacy(id, "A name"), id, Ct);
            Assert.Equal(id, (await store.Trusts.FindAsync(id, Ct))?.Id);
            Assert.Equal(id, Assert.Single(await store.Reports.ListAuditAsync(id, null, 10, Ct)).Administrator);
        }

        TrustPage page = await store.Trusts.ListAsync(null, 0, 1000, Ct);
        Assert.Equal(ids.Order(StringComparer.Ordinal), page.Trusts.Select(trust => trust.Id).Order(StringComparer.Ordinal));
        using TrustSnapshot image = await database.LoadImageAsync();
        Assert.All(ids, id => Assert.Equal(id, image.Find(id)?.Id));
        Assert.Null(await store.Trusts.FindAsync("nobody\0", Ct));
        Assert.Empty((await store.Trusts.ListAsync("nobody\0", 0, 10, Ct)).Trusts);
    }

    [Theory, AtEachDatabase]
    public async Task The_search_takes_every_character_for_itself(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        foreach ((string id, string name) in ((string, string)[])[("100%", "Percent"), ("100", "Plain"), ("a_b", "Underscore"), ("axb", "It's \"quoted\""), ("a\\b", "Backslash"), ("[a]", "Bracket*"), ("removed", "100% gone")])
        {
            await store.Trusts.AddAsync(Trusted.InLegacy(id, name), "ann", Ct);
        }

        await store.Trusts.RemoveAsync("removed", null, "ann", Ct);
        Assert.Equal("100%", await SearchAsync("%"));
        Assert.Equal("a_b", await SearchAsync("_"));
        Assert.Equal("axb", await SearchAsync("'"));
        Assert.Equal("axb", await SearchAsync("\""));
        Assert.Equal("a\\b", await SearchAsync("\\"));
        Assert.Equal("[a]", await SearchAsync("*"));
        Assert.Equal("[a]", await SearchAsync("[a]"));
        Assert.Equal("100 100%", await SearchAsync("100"));
        Assert.Equal("100", await SearchAsync("Plain"));
        Assert.Equal("", await SearchAsync("100% gone"));
        Assert.Equal("", await SearchAsync("' OR 1 = 1 --"));

        async Task<string> SearchAsync(string search)
        {
            TrustPage page = await store.Trusts.ListAsync(search, 0, 100, Ct);
            Assert.Equal(page.Trusts.Count, page.Total);
            return string.Join(' ', page.Trusts.Select(trust => trust.Id).Order(StringComparer.Ordinal));
        }
    }

    [Theory, AtEachDatabase]
    public async Task Pages_follow_each_other_without_gap(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        for (int number = 0; number < 23; number++) await store.Trusts.AddAsync(Trusted.InLegacy($"app:{number:00}", number % 2 == 0 ? "even" : "odd"), "ann", Ct);
        var seen = new List<string>();
        for (int skip = 0; skip < 30; skip += 5)
        {
            TrustPage page = await store.Trusts.ListAsync("", skip, 5, Ct);
            Assert.Equal(23, page.Total);
            seen.AddRange(page.Trusts.Select(trust => trust.Id));
        }

        Assert.Equal(Enumerable.Range(0, 23).Select(number => $"app:{number:00}"), seen);
        TrustPage even = await store.Trusts.ListAsync("even", 10, 5, Ct);
        Assert.Equal((2, 12), (even.Trusts.Count, even.Total));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.Trusts.ListAsync(null, -1, 5, Ct));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.Trusts.ListAsync(null, 0, 0, Ct));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.Trusts.ListAsync(null, 0, 1001, Ct));

        IReadOnlyList<AuditEntry> newest = await store.Reports.ListAuditAsync(null, null, 20, Ct);
        IReadOnlyList<AuditEntry> rest = await store.Reports.ListAuditAsync(null, newest[^1].Number, 20, Ct);
        Assert.Equal(Enumerable.Range(0, 23).Select(number => $"app:{number:00}").Reverse(), newest.Concat(rest).Select(entry => entry.Subject));
    }

    [Theory, AtEachDatabase]
    public async Task An_unreadable_row_is_named_and_can_only_be_removed(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        await store.Trusts.AddAsync(Trusted.In("blog"), "ann", Ct);
        await database.ExecuteAsync("UPDATE trusted_apps_trusts SET terms = 'damaged' WHERE id = 'wiki'");

        TrustPage page = await store.Trusts.ListAsync(null, 0, 10, Ct);
        Assert.Equal(("blog", "wiki", 2), (Assert.Single(page.Trusts).Id, Assert.Single(page.Unreadable), page.Total));
        await Assert.ThrowsAsync<FormatException>(() => store.Trusts.FindAsync("wiki", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "cannot be read, so its requests are refused", () => store.Trusts.SuspendAsync("wiki", null, "ann", Ct));
        await RefusedAsync(AdministrationProblem.Invalid, "cannot be read, so its requests are refused", () => store.Trusts.EditAsync("wiki", 1, new TrustEdit("Wiki", Trusted.Everything), "ann", Ct));
        await RefusedAsync(AdministrationProblem.Exists, "'wiki' is trusted already.", () => store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct));
        await store.Trusts.RemoveAsync("wiki", 1, "ann", Ct);
        Assert.Equal(("trust.remove", "damaged", null), (await store.Reports.ListAuditAsync("wiki", null, 1, Ct)).Select(entry => (entry.Action, entry.Before, entry.After)).Single());
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
    }

    private static async Task<string> RefusedAsync(AdministrationProblem problem, string message, Func<Task> change)
    {
        AdministrationException refused = await Assert.ThrowsAsync<AdministrationException>(change);
        Assert.Equal(problem, refused.Problem);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        return refused.Message;
    }

    private static async Task<string> OutcomeAsync(Func<Task> change)
    {
        try
        {
            await change();
            return "won";
        }
        catch (AdministrationException refused)
        {
            return refused.Problem.ToString();
        }
    }
}
