using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Storage.Tests;

public class ProviderAdministrationTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, AtEachDatabase]
    public async Task A_provider_is_added_found_and_removed_and_each_change_is_written_to_the_audit_trail(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        var time = new ManualTimeProvider(_now);
        ProviderAdministration providers = (await database.OpenStoreAsync(time)).Providers;
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        await using CertificateHost blog = await CertificateHost.StartAsync(TestKeys.Blog, TimeProvider.System);
        BaseUrl baseUrl = BaseUrl.Parse(tracker.Origin);
        Assert.Null(await providers.FindAsync(baseUrl, Ct));

        StoredProvider added = await providers.AddAsync(await FindAsync(tracker.Origin), "ann", Ct);
        await providers.AddAsync(await FindAsync(blog.Origin), "bob", Ct);

        Assert.Equal((tracker.Origin, "tracker", "ann"), (added.BaseUrl.Text, added.Record.Id, added.AddedBy));
        Assert.InRange(added.AddedAt, _now.AddMilliseconds(-1), _now); // as exactly as the database has it
        TrustedAppsStore another = await database.OpenStoreAsync();
        StoredProvider? found = await another.Providers.FindAsync(baseUrl, Ct);
        Assert.Equal(TestKeys.Tracker.ToCertificate().SigningKeys, found!.Record.SigningKeys);
        Assert.Equal(added.Record.ToBytes(), found.Record.ToBytes());
        Assert.Equal(new[] { tracker.Origin, blog.Origin }.Order(StringComparer.Ordinal), (await another.Providers.ListAsync(Ct)).Select(provider => provider.BaseUrl.Text));

        time.Advance(TimeSpan.FromMinutes(1));
        await providers.RemoveAsync(tracker.Origin, "bob", Ct);
        Assert.Null(await providers.FindAsync(baseUrl, Ct));
        Assert.Equal(blog.Origin, Assert.Single(await providers.ListAsync(Ct)).BaseUrl.Text);

        IReadOnlyList<AuditEntry> audit = await another.Reports.ListAuditAsync(tracker.Origin, null, 10, Ct);
        Assert.Equal([("provider.remove", "bob"), ("provider.add", "ann")], audit.Select(entry => (entry.Action, entry.Administrator)));
        Assert.Equal((null, null), (audit[1].Before, audit[0].After));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(audit[1].After!), JsonNode.Parse(audit[0].Before!)));
        JsonNode after = JsonNode.Parse(audit[1].After!)!;
        Assert.Equal(("tracker", Version4.TrackerFingerprint), (after["id"]!.GetValue<string>(), Assert.Single(after["signingKeys"]!.AsArray())!.GetValue<string>()));
    }

    [Theory, AtEachDatabase]
    public async Task What_cannot_be_is_refused_and_changes_nothing(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        await using CertificateHost sameId = await CertificateHost.StartAsync(ThrowAwayKeys.Of("tracker", 3), TimeProvider.System);
        await using CertificateHost sameKey = await CertificateHost.StartAsync(Trusted.WithId("thief", TestKeys.Tracker), TimeProvider.System);
        await using CertificateHost elsewhere = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        await using KestrelServer old = await KestrelServer.StartAsync((_, _) => { }, app => app.MapGet(LegacyCertificate.Path, ServeLegacyAsync));
        await store.Providers.AddAsync(await FindAsync(tracker.Origin), "ann", Ct);

        await RefusedAsync(AdministrationProblem.Exists, $"A provider is pinned at {tracker.Origin} already.", () => AddAsync(tracker.Origin));
        await RefusedAsync(AdministrationProblem.Exists, $"The provider at {tracker.Origin} has the id 'tracker' as well, with other keys", () => AddAsync(sameId.Origin));
        await RefusedAsync(AdministrationProblem.Exists, $"The provider at {tracker.Origin} has another id and one of these keys", () => AddAsync(sameKey.Origin));
        await RefusedAsync(AdministrationProblem.Invalid, "no certificate of version 4", () => AddAsync(old.Origin));
        await RefusedAsync(AdministrationProblem.NotFound, $"No provider is pinned at {elsewhere.Origin}.", () => store.Providers.RemoveAsync(elsewhere.Origin, "ann", Ct));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Providers.RemoveAsync(tracker.Origin, "", Ct)); // who?
        Assert.Single(await store.Providers.ListAsync(Ct));
        Assert.Single(await store.Reports.ListAuditAsync(null, null, 10, Ct));

        await AddAsync(elsewhere.Origin); // one provider at two base URLs
        await store.Providers.RemoveAsync(tracker.Origin, "ann", Ct);
        await store.Providers.RemoveAsync(elsewhere.Origin, "ann", Ct);
        await AddAsync(sameId.Origin); // it began anew

        async Task AddAsync(string origin) => await store.Providers.AddAsync(await FindAsync(origin), "ann", Ct);
    }

    [Theory, AtEachDatabase]
    public async Task Of_administrators_who_add_one_provider_at_once_exactly_one_wins(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        FoundCertificate found = await FindAsync(tracker.Origin);

        string[] outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(index => Task.Run(
            async () =>
            {
                try
                {
                    await store.Providers.AddAsync(found, $"administrator {index}", Ct);
                    return "won";
                }
                catch (AdministrationException refused)
                {
                    return refused.Problem.ToString();
                }
            },
            Ct)));

        Assert.Equal(["Exists", "Exists", "Exists", "won"], outcomes.Order(StringComparer.Ordinal));
        Assert.Single(await store.Reports.ListAuditAsync(tracker.Origin, null, 10, Ct));
    }

    private static async Task<FoundCertificate> FindAsync(string baseUrl)
    {
        using var client = new CertificateClient();
        return await FoundCertificate.FindAsync(client, baseUrl, Ct);
    }

    private static async Task RefusedAsync(AdministrationProblem problem, string message, Func<Task> change)
    {
        AdministrationException refused = await Assert.ThrowsAsync<AdministrationException>(change);
        Assert.Equal(problem, refused.Problem);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    private static async Task ServeLegacyAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain;charset=UTF-8";
        await context.Response.Body.WriteAsync(TestKeys.Tracker.ToLegacyCertificate().ToBytes(), context.RequestAborted);
    }
}
