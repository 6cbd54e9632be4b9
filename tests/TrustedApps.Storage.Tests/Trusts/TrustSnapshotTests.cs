using System.Globalization;
using Microsoft.Extensions.Options;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Trusts;

public class TrustSnapshotTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, AtEachDatabase]
    public async Task It_counts_its_trusts_and_tells_their_certificates_for_metrics(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        foreach (string id in new[] { "blog", "wiki" }) await store.Trusts.AddAsync(Trusted.In(id), "ann", Ct);
        await store.Trusts.AddAsync(Trusted.InLegacy("old"), "ann", Ct); // has no certificate
        using TrustSnapshot image = await database.LoadImageAsync();

        Assert.Equal(3, image.Count);
        Assert.Equal(["blog", "wiki"], image.Records.Select(record => record.Id).Order());
    }

    [Theory, AtEachDatabase]
    public async Task It_follows_every_change_of_another_process(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("before"), "ann", Ct);
        using TrustSnapshot image = await database.LoadImageAsync();
        Assert.Equal("before", image.Find("before")?.Name);
        Assert.Null(image.Find("wiki"));

        await store.Trusts.AddAsync(Trusted.In("wiki", "Wiki"), "ann", Ct);
        Assert.Null(image.Find("wiki"));
        await image.RefreshAsync(Ct);
        Assert.Equal("Wiki", image.Find("wiki")?.Name);

        await store.Trusts.EditAsync("wiki", 1, new TrustEdit("The wiki", Trusted.Everything), "ann", Ct);
        await store.Trusts.SuspendAsync("wiki", null, "ann", Ct);
        await image.RefreshAsync(Ct);
        Assert.Equal(("The wiki", true), (image.Find("wiki")!.Name, image.Find("wiki")!.IsSuspended));

        await store.Trusts.ResumeAsync("wiki", null, "ann", Ct);
        await image.RefreshAsync(Ct);
        Assert.False(image.Find("wiki")!.IsSuspended);

        await store.Trusts.RemoveAsync("wiki", null, "ann", Ct);
        await image.RefreshAsync(Ct);
        Assert.Null(image.Find("wiki"));
        Assert.False(image.Contains("wiki"));
        Assert.NotNull(image.Find("before"));

        await store.Trusts.AddAsync(Trusted.In("wiki", "Again"), "ann", Ct);
        await image.RefreshAsync(Ct);
        Assert.Equal("Again", image.Find("wiki")?.Name);
    }

    [Theory, AtEachDatabase]
    public async Task A_trust_that_was_removed_before_is_not_loaded(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        await store.Trusts.RemoveAsync("wiki", null, "ann", Ct);
        using TrustSnapshot image = await database.LoadImageAsync();
        Assert.Equal((null, false, 0), (image.Find("wiki"), image.Contains("wiki"), image.Count));
    }

    [Theory, AtEachDatabase]
    public async Task The_same_instance_is_handed_out_until_the_trust_changes(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        using TrustSnapshot image = await database.LoadImageAsync();
        TrustedApplication first = image.Find("wiki")!;
        Assert.Same(first, image.Find("wiki"));

        await image.RefreshAsync(Ct);
        await store.Trusts.AddAsync(Trusted.In("blog"), "ann", Ct);
        await store.Trusts.EditAsync("blog", 1, new TrustEdit("Blog", Trusted.Everything), "ann", Ct);
        await image.RefreshAsync(Ct);
        Assert.Same(first, image.Find("wiki"));

        await store.Trusts.EditAsync("wiki", 1, new TrustEdit("wiki", new TrustConditions { Addresses = ["*"], Urls = ["/rest"] }), "ann", Ct);
        await image.RefreshAsync(Ct);
        Assert.NotSame(first, image.Find("wiki"));
        Assert.Equal(["/rest"], image.Find("wiki")!.Conditions.Urls);
    }

    [Theory, AtEachDatabase(false, true)]
    public async Task Grants_live_on_when_the_certificate_was_merely_confirmed(DatabaseKind kind, bool isSuspendedBetween)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        using TrustSnapshot image = await database.LoadImageAsync();
        TrustedApplication first = image.Find("wiki")!;

        if (isSuspendedBetween) await store.Trusts.SuspendAsync("wiki", null, "ann", Ct);
        if (isSuspendedBetween) await image.RefreshAsync(Ct);
        DateTimeOffset later = first.Record!.LastConfirmedAt.AddDays(1);
        await store.Trusts.ChangeRecordAsync("certificate.fetch", "wiki", null, record => record.Offer(record.Certificate, later).Record, "refresh", Ct);
        if (isSuspendedBetween) await store.Trusts.ResumeAsync("wiki", null, "ann", Ct);
        await image.RefreshAsync(Ct);

        TrustedApplication confirmed = image.Find("wiki")!;
        Assert.NotSame(first, confirmed);
        Assert.Equal(later, confirmed.Record!.LastConfirmedAt);
        Assert.Equal(!isSuspendedBetween, ReferenceEquals(CoreInternals.RevisionOf(first), CoreInternals.RevisionOf(confirmed)));
    }

    [Theory, AtEachDatabase]
    public async Task Grants_end_when_conditions_or_signing_keys_change(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        using TrustSnapshot image = await database.LoadImageAsync();
        object first = CoreInternals.RevisionOf(image.Find("wiki")!);

        await store.Trusts.EditAsync("wiki", 1, new TrustEdit("wiki", new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowSelf = true }), "ann", Ct);
        await image.RefreshAsync(Ct);
        object second = CoreInternals.RevisionOf(image.Find("wiki")!);
        Assert.NotSame(first, second);

        ApplicationKeys next = Trusted.KeysOf("wiki").WithNext(TimeProvider.System.GetUtcNow());
        await store.Trusts.ChangeRecordAsync("certificate.fetch", "wiki", null, record => record.Offer(next.ToCertificate(), TimeProvider.System.GetUtcNow(), TimeSpan.Zero).Record, "refresh", Ct);
        await image.RefreshAsync(Ct);
        TrustedApplication third = image.Find("wiki")!;
        Assert.Equal(2, third.Record!.SigningKeys.Count);
        Assert.NotSame(second, CoreInternals.RevisionOf(third));

        await store.Trusts.RemoveKeyAsync("wiki", null, third.Record.SigningKeys[0].Thumbprint, "ann", Ct);
        await image.RefreshAsync(Ct);
        Assert.Equal(third.Record.SigningKeys[1], Assert.Single(image.Find("wiki")!.Record!.SigningKeys));
        Assert.NotSame(CoreInternals.RevisionOf(third), CoreInternals.RevisionOf(image.Find("wiki")!));
    }

    [Theory, AtEachDatabase]
    public async Task Another_history_that_has_caught_up_is_noticed_although_its_number_is_the_same(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("evil"), "ann", Ct);
        await store.Trusts.AddAsync(Trusted.In("lost"), "ann", Ct);
        using TrustSnapshot image = await database.LoadImageAsync();
        Assert.NotNull(image.Find("evil"));

        // A replica takes over that lacks the last change; the next one is made there before this node asks again.
        await database.ExecuteAsync("DELETE FROM trusted_apps_trusts WHERE id = 'lost'; DELETE FROM trusted_apps_change_marks WHERE number = 2; UPDATE trusted_apps_changes SET number = 1");
        await store.Trusts.RemoveAsync("evil", null, "ann", Ct);
        await image.RefreshAsync(Ct);

        Assert.Null(image.Find("evil"));
        Assert.Null(image.Find("lost"));
        Assert.Single(database.Logs.Lines, line => line.Event.Name == "StoreHistoryLost");
    }

    [Theory, AtEachDatabase]
    public async Task A_backup_that_was_restored_is_loaded_anew(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("kept"), "ann", Ct);
        long number = long.Parse(Assert.Single(await database.QueryAsync("SELECT number FROM trusted_apps_changes")), CultureInfo.InvariantCulture);
        IReadOnlyList<string> kept = await database.QueryAsync("SELECT terms FROM trusted_apps_trusts WHERE id = 'kept'");
        await store.Trusts.AddAsync(Trusted.In("later"), "ann", Ct);
        await store.Trusts.EditAsync("kept", 1, new TrustEdit("Changed", Trusted.Everything), "ann", Ct);
        using TrustSnapshot image = await database.LoadImageAsync();
        Assert.Equal(("Changed", 2), (image.Find("kept")!.Name, image.Count));

        await database.ExecuteAsync(
            "DELETE FROM trusted_apps_trusts WHERE id = 'later'; UPDATE trusted_apps_trusts SET terms = @terms, version = 1, changed = @number WHERE id = 'kept'; UPDATE trusted_apps_changes SET number = @number",
            ("terms", kept[0]), ("number", number));
        await image.RefreshAsync(Ct);
        Assert.Equal(("kept", 1), (image.Find("kept")!.Name, image.Count));
        Assert.Null(image.Find("later"));

        await store.Trusts.AddAsync(Trusted.In("new"), "ann", Ct);
        await image.RefreshAsync(Ct);
        Assert.NotNull(image.Find("new"));
    }

    [Theory, AtEachDatabase("terms = '{}'", "terms = 'no JSON'", "record = '{\"name\":\"wiki\"}'", "record = NULL", "terms = replace(terms, '\"allowSelf\"', '\"notKnownYet\"')")]
    public async Task An_unreadable_trust_is_refused_and_the_others_are_served(DatabaseKind kind, string damage)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        await store.Trusts.AddAsync(Trusted.In("blog"), "ann", Ct);
        using TrustSnapshot inUse = await database.LoadImageAsync();
        Assert.NotNull(inUse.Find("wiki"));

        await database.ExecuteAsync($"UPDATE trusted_apps_changes SET number = number + 1; UPDATE trusted_apps_trusts SET {damage}, changed = (SELECT number FROM trusted_apps_changes) WHERE id = 'wiki'");
        await inUse.RefreshAsync(Ct);
        using TrustSnapshot fresh = await database.LoadImageAsync();
        foreach (TrustSnapshot image in (TrustSnapshot[])[inUse, fresh])
        {
            Assert.Null(image.Find("wiki"));
            Assert.Null(image.Find("wiki"));
            Assert.NotNull(image.Find("blog"));
        }

        Assert.Equal(["TrustUnreadable", "TrustUnreadable"], database.Logs.Lines.Select(line => line.Event.Name)); // once by each image
        await store.Trusts.RemoveAsync("wiki", null, "ann", Ct);
        await store.Trusts.AddAsync(Trusted.In("wiki", "Again"), "ann", Ct);
        foreach (TrustSnapshot image in (TrustSnapshot[])[inUse, fresh])
        {
            await image.RefreshAsync(Ct);
            Assert.Equal("Again", image.Find("wiki")?.Name);
        }
    }

    [Theory, AtEachDatabase]
    public async Task Its_age_is_that_of_the_last_answer(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        var time = new ManualTimeProvider();
        var options = new TrustedAppsStoreOptions();
        StoreDatabase connection = database.Open();
        using TrustSnapshot image = new TrustSnapshot(connection, time, database.Logger);
        var store = new DatabaseTrustStore(connection, image, new CertificateWatch(connection, time), Options.Create(options));
        Assert.False(store.IsAvailable);
        await store.LoadAsync(Ct);
        Assert.True(store.IsAvailable);

        time.Advance(options.MaxStaleness);
        Assert.Equal((options.MaxStaleness, true), (image.Age, store.IsAvailable));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.False(store.IsAvailable);
        await image.RefreshAsync(Ct);
        Assert.Equal((TimeSpan.Zero, true), (image.Age, store.IsAvailable));

        time.Advance(TimeSpan.FromSeconds(1));
        await database.ExecuteAsync("ALTER TABLE trusted_apps_changes RENAME TO elsewhere");
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => image.RefreshAsync(Ct));
        Assert.Equal(TimeSpan.FromSeconds(1), image.Age);
    }

    [Theory, AtEachDatabase]
    public async Task No_committed_change_is_missed_however_many_write(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await database.OpenStoreAsync();
        using TrustSnapshot image = await database.LoadImageAsync();
        TrustedApplication[] trusts = [.. Enumerable.Range(0, 6).Select(writer => Trusted.In($"app:{writer}"))];

        await Task.WhenAll(Enumerable.Range(0, trusts.Length).Select(writer => Task.Run(() => WriteAsync(writer), Ct)));
        Assert.Equal(trusts.Length, image.Count);

        async Task WriteAsync(int writer)
        {
            await using TrustedAppsStore store = await TrustedAppsStore.OpenAsync(database.Connection, cancellationToken: Ct);
            StoredTrust stored = await store.Trusts.AddAsync(trusts[writer], "ann", Ct);
            for (int change = 0; change < 10; change++)
            {
                stored = await store.Trusts.EditAsync(stored.Id, stored.Version, new TrustEdit($"Change {change}", Trusted.Everything), "ann", Ct);
                await image.RefreshAsync(Ct);
                Assert.Equal($"Change {change}", image.Find(stored.Id)?.Name); // it was committed before the question
                if (change != 5) continue;
                await store.Trusts.RemoveAsync(stored.Id, stored.Version, "ann", Ct);
                await image.RefreshAsync(Ct);
                Assert.Null(image.Find(stored.Id));
                stored = await store.Trusts.AddAsync(trusts[writer], "ann", Ct);
            }
        }
    }
}
