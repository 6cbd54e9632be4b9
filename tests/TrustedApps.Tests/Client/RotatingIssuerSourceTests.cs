using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;
using TrustedApps.Protocols;

namespace TrustedApps.Tests.Client;

/// <summary>When a client gets another issuer: its own keys or the provider's certificate have changed.</summary>
public sealed class RotatingIssuerSourceTests : IDisposable
{
    private static readonly ApplicationKeys _rotated = Fixture.Tracker.WithNext(Fixture.Now).Rotate(Fixture.Now);

    // of the past, so that their certificates can be fetched by the clock of these tests
    private static readonly ApplicationKeys _dated = ThrowAwayKeys.Of("tracker", 7, Fixture.Now.AddDays(-10));
    private static readonly ApplicationKeys _datedRotated = _dated.WithNext(Fixture.Now.AddHours(-2)).Rotate(Fixture.Now.AddHours(-1));

    private readonly ManualTimeProvider _time = new(Fixture.Now);
    private readonly RecordedProviderStore _store = new(RecordOf(Fixture.Tracker));
    private readonly SettableKeyStore _keys = new(Fixture.Wiki);
    private readonly PinnedProvider _provider;
    private readonly RotatingIssuerSource _issuers;

    public RotatingIssuerSourceTests()
    {
        var options = new TrustedAppClientOptions { BaseUrl = Fixture.Base.Text };
        _provider = new PinnedProvider(options, _store, new PinnedProviders(), new CertificateClient(time: _time), _time, NullLogger.Instance);
        _issuers = new RotatingIssuerSource(options, _keys, _provider, ownedKeys: null, _time, NullLogger.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _issuers.Dispose();

    [Fact]
    public async Task Requests_that_come_at_once_get_one_issuer()
    {
        AssertionIssuer[] issuers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(GetAsync)));
        Assert.Single(issuers.Distinct());
    }

    [Fact]
    public async Task A_certificate_that_is_merely_confirmed_keeps_the_issuer_and_its_key_grant()
    {
        AssertionIssuer issuer = await GetAsync();
        await OfferAsync(Fixture.Tracker);
        Assert.Same(issuer, await GetAsync());
        Assert.NotSame(RecordOf(Fixture.Tracker), _store.Record);
    }

    [Fact]
    public async Task A_certificate_with_other_encryption_keys_makes_another_issuer_with_the_same_clock()
    {
        AssertionIssuer issuer = await GetAsync();
        Assert.True(issuer.TryCorrectClock(TimeSpan.FromSeconds(7)));
        await OfferAsync(_rotated);
        AssertionIssuer after = await GetAsync();
        Assert.NotSame(issuer, after);
        Assert.Equal(_rotated.ToCertificate(time: _time).EncryptionKeys[0], after.Provider!.EncryptionKey);
        Assert.Equal(TimeSpan.FromSeconds(7), after.ClockCorrection);
        Assert.Same(after, await GetAsync());
    }

    [Fact]
    public async Task Other_own_keys_make_another_issuer_unless_they_cannot_be_used()
    {
        AssertionIssuer issuer = await GetAsync();
        _keys.Keys = Fixture.Blog; // another application's
        Assert.Same(issuer, await GetAsync());
        _keys.Keys = Fixture.Wiki.WithNext(Fixture.Now);
        AssertionIssuer after = await GetAsync();
        Assert.Same(_keys.Keys, after.Keys);
        Assert.Same(issuer.Provider, after.Provider);
    }

    [Fact]
    public async Task A_provider_that_was_removed_gets_no_requests_until_it_is_added_again()
    {
        AssertionIssuer issuer = await GetAsync();
        _store.Record = null;
        Assert.Null(await _provider.FindAsync("tracker", Cancellation));
        await Assert.ThrowsAsync<CertificateException>(GetAsync);

        _store.Record = RecordOf(Fixture.Tracker);
        Assert.NotSame(issuer, await GetAsync());
    }

    [Fact]
    public async Task A_record_that_another_node_has_changed_is_taken_in_place_of_the_own_change()
    {
        await GetAsync();
        CertificateRecord byOther = RecordOf(Fixture.Tracker).Offer(_rotated.ToCertificate(time: _time), Fixture.Now, TimeSpan.Zero).Record;
        _store.Record = byOther;

        Assert.True(await OfferAsync(Fixture.Tracker)); // which is made anew, and does nothing to that record

        Assert.Same(byOther, _store.Record);
        Assert.Equal(byOther.EncryptionKeys[0], (await GetAsync()).Provider!.EncryptionKey);
    }

    [Fact]
    public async Task The_certificate_is_due_a_day_after_it_was_pinned_and_its_held_replacement_when_the_hold_ends()
    {
        Assert.Empty(await _provider.ClaimDueAsync(Fixture.Now.AddDays(9), Cancellation)); // nothing is pinned yet
        await GetAsync();
        Assert.Empty(await _provider.ClaimDueAsync(Fixture.Now, Cancellation));
        Assert.Equal(["tracker"], await _provider.ClaimDueAsync(Fixture.Now.AddHours(24), Cancellation));
        Assert.Empty(await _provider.ClaimDueAsync(Fixture.Now.AddHours(24), Cancellation));
        Assert.True(await _provider.ClaimSuspectAsync("tracker", Fixture.Now.AddHours(24), Cancellation));
        Assert.False(await _provider.ClaimSuspectAsync("tracker", Fixture.Now.AddHours(24), Cancellation));
        Assert.False(await _provider.ClaimSuspectAsync("wiki", Fixture.Now.AddHours(25), Cancellation));
        Assert.Empty(await _provider.FindDueChecksAsync(Fixture.Now.AddDays(9), Cancellation));

        await OfferAsync(_rotated, CertificateRecord.DefaultHold);
        Assert.Equal(["tracker"], await _provider.FindDueChecksAsync(Fixture.Now.AddHours(1), Cancellation));
    }

    [Fact]
    public async Task A_change_is_made_anew_on_a_record_that_another_has_changed()
    {
        await GetAsync();
        CertificateRecord byOther = RecordOf(Fixture.Tracker).RemoveKey(Fixture.Tracker.ToCertificate().EncryptionKeys[0].Thumbprint);
        _store.Record = byOther;

        Assert.True(await OfferAsync(_rotated));

        Assert.Single(_store.Record.RemovedThumbprints);
        Assert.Equal(_rotated.ToCertificate(time: _time).EncryptionKeys[0], (await GetAsync()).Provider!.EncryptionKey);
    }

    [Theory]
    [InlineData(24, 0)]
    [InlineData(25, 1)]
    [InlineData(-1, 1)] // a clock that ran ahead
    public async Task The_first_key_grant_waits_for_a_certificate_that_was_not_confirmed_for_a_day(int hours, int fetches)
    {
        await using CertificateHost tracker = await CertificateHost.StartAsync(_datedRotated, _time);
        var url = BaseUrl.Parse(tracker.Origin);
        ApplicationCertificate before = _dated.ToCertificate(time: new FakeTimeProvider(Fixture.Now.AddDays(-3)));
        var store = new RecordedProviderStore(CertificateRecord.Establish(before, url, Fixture.Now));
        _time.Advance(TimeSpan.FromHours(Math.Max(hours, 0)));
        if (hours < 0) store.Record = CertificateRecord.Establish(before, url, Fixture.Now.AddHours(1));
        using PinnedProvider provider = Create(tracker, store);

        RsaPublicKey key = (await provider.PinAsync("wiki")).EncryptionKey;

        Assert.Equal(fetches, tracker.Fetches.Count());
        Assert.Equal(fetches == 1, store.Record!.Pending is not null); // held, and counted for nothing
        Assert.Equal(before.EncryptionKeys[0], key);
    }

    [Fact]
    public async Task A_first_fetch_brings_the_encryption_key_that_is_in_use_and_one_that_fails_stops_nothing()
    {
        await using CertificateHost tracker = await CertificateHost.StartAsync(_datedRotated, _time);
        var url = BaseUrl.Parse(tracker.Origin);
        ApplicationCertificate served = _datedRotated.ToCertificate(time: _time);
        ApplicationCertificate before = CertificateWith(served, _dated.ToCertificate(time: _time).EncryptionKeys[0], _datedRotated);
        var store = new RecordedProviderStore(CertificateRecord.Establish(before, url, Fixture.Now));
        _time.Advance(TimeSpan.FromDays(2));
        using PinnedProvider failing = Create(tracker, store), provider = Create(tracker, store);

        tracker.IsBroken = true;
        RsaPublicKey first = (await failing.PinAsync("wiki")).EncryptionKey;
        tracker.IsBroken = false;
        KeyGrantRecipient recipient = await provider.PinAsync("wiki");

        Assert.Equal((before.EncryptionKeys[0], served.EncryptionKeys[0]), (first, recipient.EncryptionKey));
        Assert.Same(provider.Recipient, recipient);
        Assert.Empty(await provider.ClaimDueAsync(_time.GetUtcNow().AddHours(21), Cancellation));
        Assert.NotEmpty(await failing.ClaimDueAsync(_time.GetUtcNow().AddHours(1), Cancellation));
    }

    [Fact]
    public async Task A_key_that_was_removed_on_record_gets_no_session_key()
    {
        _store.Record = RecordOf(Fixture.Tracker).Offer(_rotated.ToCertificate(time: _time), Fixture.Now, TimeSpan.Zero).Record;
        RsaPublicKey removed = _store.Record.Certificate.EncryptionKeys[0];
        ApplicationCertificate twoKeys = CertificateWith(_store.Record.Certificate, Fixture.Tracker.ToCertificate().EncryptionKeys[0]);
        _store.Record = CertificateRecord.Establish(twoKeys, Fixture.Base, Fixture.Now);
        Assert.Equal(removed, (await GetAsync()).Provider!.EncryptionKey);

        _store.Record = _store.Record.RemoveKey(removed.Thumbprint);
        await _provider.FindAsync("tracker", Cancellation);
        Assert.Equal(twoKeys.EncryptionKeys[1], (await GetAsync()).Provider!.EncryptionKey);

        _store.Record = _store.Record.RemoveKey(twoKeys.EncryptionKeys[1].Thumbprint);
        await _provider.FindAsync("tracker", Cancellation);
        var refused = await Assert.ThrowsAsync<CertificateException>(GetAsync);
        Assert.StartsWith("Every encryption key of the provider 'tracker' has been removed on record", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_with_the_own_id_is_refused()
    {
        _keys.Keys = ThrowAwayKeys.Of("tracker", 7);
        var refused = await Assert.ThrowsAsync<CertificateException>(GetAsync);
        Assert.Contains("an application does not trust itself", refused.Message, StringComparison.Ordinal);
    }

    private PinnedProvider Create(CertificateHost host, IProviderStore store) => new(
        new TrustedAppClientOptions { BaseUrl = host.Origin }, store, new PinnedProviders(), new CertificateClient(time: _time), _time, NullLogger.Instance);

    private static CertificateRecord RecordOf(ApplicationKeys keys) =>
        CertificateRecord.Establish(keys.ToCertificate(time: new FakeTimeProvider(Fixture.Now)), Fixture.Base, Fixture.Now);

    private Task<AssertionIssuer> GetAsync() => _issuers.GetAsync(Cancellation).AsTask();

    // The same signing keys, and another encryption key behind the first.
    private static ApplicationCertificate CertificateWith(ApplicationCertificate certificate, RsaPublicKey encryption, ApplicationKeys? only = null)
    {
        PrivateKey[] signers = [.. (only ?? _rotated).Ring.ListedSigningKeys(Fixture.Now)];
        var content = new CertificateContent(
            "tracker", "tracker", certificate.IssuedAt.ToUnixTimeSeconds(), [4], certificate.SigningKeys, only is not null ? [encryption] : [certificate.EncryptionKeys[0], encryption]);
        byte[] document = SignedCertificate.WriteAsync(content, signers).Completed();
        return new ApplicationCertificate(content, document);
    }

    private Task<bool> OfferAsync(ApplicationKeys keys, TimeSpan hold = default) => _provider.ChangeAsync(
        "tracker", record => record.Offer(keys.ToCertificate(time: _time), _time.GetUtcNow(), hold).Record, Cancellation);

    private sealed class SettableKeyStore(ApplicationKeys keys) : IKeyStore
    {
        public ApplicationKeys Keys { get; set; } = keys;

        public ValueTask LoadAsync(CancellationToken cancellationToken) => default;

        public Task<ApplicationKeys> ChangeAsync(Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
