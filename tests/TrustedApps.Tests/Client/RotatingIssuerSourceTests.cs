using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Client;

/// <summary>When a client gets another issuer: its own keys or the provider's certificate have changed.</summary>
public sealed class RotatingIssuerSourceTests : IDisposable
{
    private static readonly ApplicationKeys _rotated = Fixture.Tracker.WithNext(Fixture.Now).Rotate(Fixture.Now);

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
        issuer.ClockCorrection = TimeSpan.FromSeconds(7);
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

        Assert.False(await OfferAsync(Fixture.Tracker));

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

    private static CertificateRecord RecordOf(ApplicationKeys keys) =>
        CertificateRecord.Establish(keys.ToCertificate(time: new FakeTimeProvider(Fixture.Now)), Fixture.Base, Fixture.Now);

    private Task<AssertionIssuer> GetAsync() => _issuers.GetAsync(Cancellation).AsTask();

    // The same signing keys, and another encryption key behind the first.
    private static ApplicationCertificate CertificateWith(ApplicationCertificate certificate, RsaPublicKey encryption)
    {
        PrivateKey[] signers = [.. _rotated.Ring.ListedSigningKeys(Fixture.Now)];
        var content = new CertificateContent(
            "tracker", "tracker", certificate.IssuedAt.ToUnixTimeSeconds(), [4], certificate.SigningKeys, [certificate.EncryptionKeys[0], encryption]);
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
