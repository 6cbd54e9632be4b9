using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage.Certificates;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Certificates;

public sealed class StoredCertificateRefreshTests : IAsyncDisposable
{
    private static readonly TimeSpan _day = TimeSpan.FromHours(24);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("refresh-");
    private readonly ManualTimeProvider _time = ManualTimeProvider.OfToday();
    private readonly CertificateClient _client;
    private StoreDatabase? _database;
    private TrustSnapshot? _snapshot;

    public StoredCertificateRefreshTests() => _client = new CertificateClient(time: _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _snapshot?.Dispose();
        if (_database is not null) await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_certificate_is_fetched_a_day_later_and_its_new_keys_are_on_record()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        TrustAdministration trusts = await TrustAsync(wiki);
        CertificateRefresher refresh = Create(trusts, hold: TimeSpan.Zero);
        _time.Advance(TimeSpan.FromHours(1));
        wiki.Keys = TestKeys.Wiki.WithNext(_time.GetUtcNow());

        await refresh.RefreshDueAsync(Cancellation);
        Assert.Empty(wiki.Fetches); // not due
        _time.Advance(_day);
        await refresh.RefreshDueAsync(Cancellation);

        StoredTrust trust = (await trusts.FindAsync("wiki", Cancellation))!;
        Assert.Equal(2, trust.Trust.Record!.SigningKeys.Count);
        AuditEntry line = (await ReportsAsync())[0];
        Assert.Equal(("certificate.refresh", "(by itself)"), (line.Action, line.Administrator));
    }

    [Fact]
    public async Task A_certificate_that_says_what_is_known_is_confirmed_without_a_line_in_the_audit_trail()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        TrustAdministration trusts = await TrustAsync(wiki);
        CertificateRefresher refresh = Create(trusts);
        _time.Advance(_day);

        await refresh.RefreshDueAsync(Cancellation);

        Assert.Equal(_time.GetUtcNow(), (await trusts.FindAsync("wiki", Cancellation))!.Trust.Record!.LastConfirmedAt);
        Assert.Equal(["trust.add"], (await ReportsAsync()).Select(line => line.Action));
    }

    [Fact]
    public async Task One_of_several_nodes_fetches()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        TrustAdministration trusts = await TrustAsync(wiki);
        CertificateRefresher[] nodes = [Create(trusts), Create(trusts), Create(trusts)];
        _time.Advance(_day);

        await Task.WhenAll(nodes.Select(node => node.RefreshDueAsync(Cancellation)));

        Assert.Single(wiki.Fetches);
    }

    [Fact]
    public async Task A_fetch_that_fails_changes_nothing_and_is_tried_again_an_hour_later()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        TrustAdministration trusts = await TrustAsync(wiki);
        CertificateRefresher refresh = Create(trusts);
        long version = (await trusts.FindAsync("wiki", Cancellation))!.Version;
        wiki.IsBroken = true;
        _time.Advance(_day);

        await refresh.RefreshDueAsync(Cancellation);
        await refresh.RefreshDueAsync(Cancellation);
        Assert.Single(wiki.Fetches);
        _time.Advance(TimeSpan.FromHours(1));
        await refresh.RefreshDueAsync(Cancellation);

        Assert.Equal(2, wiki.Fetches.Count());
        Assert.Equal(version, (await trusts.FindAsync("wiki", Cancellation))!.Version);
    }

    [Fact]
    public async Task A_certificate_that_leaves_out_a_key_is_held_and_takes_effect_by_itself()
    {
        ApplicationKeys next = TestKeys.Wiki.WithNext(_time.GetUtcNow());
        await using CertificateHost wiki = await CertificateHost.StartAsync(next, _time);
        TrustAdministration trusts = await TrustAsync(wiki);
        CertificateRefresher[] nodes = [Create(trusts), Create(trusts)];
        _time.Advance(TimeSpan.FromMinutes(1));
        wiki.Keys = next.Rotate(_time.GetUtcNow());
        _time.Advance(TimeSpan.FromDays(7)); // the old signing key has left the certificate

        await nodes[0].RefreshDueAsync(Cancellation);
        CertificateRecord held = (await trusts.FindAsync("wiki", Cancellation))!.Trust.Record!;
        Assert.Equal(_time.GetUtcNow() + _day, held.Pending!.TakesEffectAt);
        Assert.Equal(2, held.SigningKeys.Count);

        for (int hour = 1; hour < 24; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await Task.WhenAll(nodes.Select(node => node.RefreshDueAsync(Cancellation)));
            Assert.Equal(hour, (await trusts.FindAsync("wiki", Cancellation))!.Trust.Record!.Pending!.TimesServed); // one node counts
        }

        _time.Advance(TimeSpan.FromHours(1));
        await nodes[1].RefreshDueAsync(Cancellation);
        CertificateRecord replaced = (await trusts.FindAsync("wiki", Cancellation))!.Trust.Record!;
        Assert.Null(replaced.Pending);
        Assert.Single(replaced.SigningKeys);
        Assert.Equal(["certificate.refresh", "certificate.refresh", "trust.add"], (await ReportsAsync()).Select(line => line.Action)); // no line for a check
    }

    [Fact]
    public async Task What_a_request_asked_for_does_not_move_the_regular_fetch()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        DatabaseRecordSource source = CreateSource(await TrustAsync(wiki));
        _time.Advance(TimeSpan.FromHours(21));
        Assert.True(await source.ClaimSuspectAsync("wiki", _time.GetUtcNow(), Cancellation));
        Assert.Equal(["wiki"], await source.ClaimDueAsync(_time.GetUtcNow().AddHours(3), Cancellation));
    }

    [Fact]
    public async Task A_clock_that_ran_ahead_freezes_no_fetch_and_no_check()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        TrustAdministration trusts = await TrustAsync(wiki);
        DatabaseRecordSource source = CreateSource(trusts);
        DateTimeOffset ahead = _time.GetUtcNow().AddYears(1);
        await source.ScheduleAsync("wiki", ahead, Cancellation);
        _time.Advance(TimeSpan.FromMinutes(1));
        ApplicationCertificate next = TestKeys.Wiki.WithNext(_time.GetUtcNow()).ToCertificate(time: _time);
        await source.ChangeAsync("wiki", record => record.Offer(next, ahead).Record, Cancellation);

        Assert.Equal(["wiki"], await source.FindDueChecksAsync(_time.GetUtcNow(), Cancellation));
        Assert.Equal(["wiki"], await source.ClaimDueAsync(_time.GetUtcNow(), Cancellation));
        Assert.Empty(await source.ClaimDueAsync(_time.GetUtcNow(), Cancellation));
        await Create(trusts).RefreshDueAsync(Cancellation);

        Assert.Empty(await source.FindDueChecksAsync(_time.GetUtcNow(), Cancellation));
        Assert.Equal(_time.GetUtcNow() + _day, (await trusts.FindAsync("wiki", Cancellation))!.Trust.Record!.Pending!.TakesEffectAt);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_has_no_check_to_make()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        DatabaseRecordSource source = CreateSource(await TrustAsync(wiki));
        _time.Advance(TimeSpan.FromMinutes(1));
        ApplicationCertificate next = TestKeys.Wiki.WithNext(_time.GetUtcNow()).ToCertificate(time: _time);
        await source.ChangeAsync("wiki", record => record.Offer(next, _time.GetUtcNow()).Record, Cancellation);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["wiki"], await source.FindDueChecksAsync(_time.GetUtcNow(), Cancellation));

        await using (StoreConnection connection = await _database!.OpenAsync(Cancellation))
        {
            await connection.ExecuteAsync($"UPDATE trusted_apps_trusts SET record = {"{}"}", Cancellation);
        }

        Assert.Empty(await source.FindDueChecksAsync(_time.GetUtcNow(), Cancellation));
    }

    [Fact]
    public async Task What_points_to_new_keys_is_followed_once_in_five_minutes_over_all_nodes()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        TrustAdministration trusts = await TrustAsync(wiki);
        DatabaseRecordSource one = CreateSource(trusts), other = CreateSource(trusts);

        Assert.True(await one.ClaimSuspectAsync("wiki", _time.GetUtcNow(), Cancellation));
        Assert.False(await other.ClaimSuspectAsync("wiki", _time.GetUtcNow(), Cancellation));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await other.ClaimSuspectAsync("wiki", _time.GetUtcNow(), Cancellation));
        Assert.False(await one.ClaimSuspectAsync("unknown", _time.GetUtcNow(), Cancellation));
    }

    [Fact]
    public async Task A_flood_of_unknown_keys_asks_the_database_once_in_five_minutes_and_strangers_never_do()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        DatabaseRecordSource source = CreateSource(await TrustAsync(wiki));
        Assert.True(await source.ClaimSuspectAsync("wiki", _time.GetUtcNow(), Cancellation));

        // From here on each statement fails.
        await using (StoreConnection connection = await _database!.OpenAsync(Cancellation))
        {
            await connection.ExecuteAsync($"ALTER TABLE trusted_apps_trusts RENAME TO elsewhere", Cancellation);
        }

        for (int number = 0; number < 10_000; number++)
        {
            Assert.False(await source.ClaimSuspectAsync("wiki", _time.GetUtcNow(), Cancellation));
            Assert.False(await source.ClaimSuspectAsync($"stranger:{number}", _time.GetUtcNow(), Cancellation));
        }

        _time.Advance(TimeSpan.FromMinutes(5));
        for (int failure = 0; failure < 2; failure++) // which does not count as asked
        {
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => source.ClaimSuspectAsync("wiki", _time.GetUtcNow(), Cancellation));
        }
    }

    [Fact]
    public async Task Where_it_is_turned_off_nothing_is_fetched()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        CertificateRefresher refresh = Create(await TrustAsync(wiki), isOn: false);
        _time.Advance(_day);

        await refresh.RefreshDueAsync(Cancellation);

        Assert.Empty(wiki.Fetches);
    }

    [Fact]
    public async Task A_record_of_a_trust_that_was_removed_meanwhile_is_gone_for_the_refresher()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        TrustAdministration trusts = await TrustAsync(wiki);
        DatabaseRecordSource source = CreateSource(trusts);
        await trusts.RemoveAsync("wiki", version: null, "ann", Cancellation);

        Assert.Null(await source.FindAsync("wiki", Cancellation));
        Assert.False(await source.ChangeAsync("wiki", record => record, Cancellation));
        await source.ScheduleAsync("wiki", _time.GetUtcNow(), Cancellation);
        Assert.Empty(await source.ClaimDueAsync(_time.GetUtcNow(), Cancellation));
    }

    [Fact]
    public async Task A_change_that_the_trust_cannot_take_is_rejected_and_the_record_stays()
    {
        ApplicationKeys next = TestKeys.Wiki.WithNext(_time.GetUtcNow());
        ApplicationKey coming = next.Keys.First(key => key is { Use: KeyUse.Signature, Status: KeyStatus.Next });
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, _time);
        TrustAdministration trusts = await TrustAsync(wiki);
        StoredTrust trust = (await trusts.FindAsync("wiki", Cancellation))!;
        var legacy = new LegacyAccess(coming.PublicKey, trust.Trust.Conditions, _time.GetUtcNow().AddYears(1));
        await trusts.EditAsync("wiki", trust.Version, new TrustEdit("wiki", trust.Trust.Conditions, legacy), "ann", Cancellation);

        await Assert.ThrowsAsync<CertificateException>(() => CreateSource(trusts).ChangeAsync(
            "wiki", record => record.Offer(next.ToCertificate(time: _time), _time.GetUtcNow()).Record, Cancellation));

        Assert.Single((await trusts.FindAsync("wiki", Cancellation))!.Trust.Record!.SigningKeys);
    }

    private async Task<TrustAdministration> TrustAsync(CertificateHost application)
    {
        _database = StoreDatabase.Of(Path.Combine(_folder.FullName, "trust.db"));
        await StoreSchema.Current.UpgradeAsync(_database, Cancellation);
        var store = new TrustedAppsStore(_database, new StoreWriter(_database), _time, _ => false);
        var record = CertificateRecord.Establish(application.Keys.ToCertificate(time: _time), BaseUrl.Parse(application.Origin), _time.GetUtcNow());
        await store.Trusts.AddAsync(new TrustedApplication(record, new TrustConditions { Addresses = ["*"], Urls = ["*"] }), "ann", Cancellation);
        _snapshot = new TrustSnapshot(_database, _time, NullLogger<TrustedAppsStore>.Instance);
        await _snapshot.RefreshAsync(Cancellation);
        return store.Trusts;
    }

    private DatabaseRecordSource CreateSource(TrustAdministration trusts) =>
        new(_database!, trusts, _snapshot!, new SuspectWatch(_snapshot!, _time));

    private CertificateRefresher Create(TrustAdministration trusts, bool isOn = true, TimeSpan? hold = null) => new(
        CreateSource(trusts), _client, new CertificateRefresherOptions { FetchesCertificates = isOn, Hold = hold ?? _day }, _time, logger: null);

    private async Task<IReadOnlyList<AuditEntry>> ReportsAsync() => await new StoreReports(_database!, _time).ListAuditAsync("wiki", null, 100, Cancellation);
}
