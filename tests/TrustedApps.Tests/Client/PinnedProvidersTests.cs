using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Client;

public class PinnedProvidersTests
{
    private readonly PinnedProviders _providers = new();

    [Fact]
    public void One_provider_may_be_known_twice_and_with_newer_keys()
    {
        ApplicationKeys next = Fixture.Tracker.WithNext(Fixture.Now);
        _providers.Add(this, Fixture.Tracker.ToCertificate());
        _providers.Add(this, Fixture.Tracker.ToCertificate());
        _providers.Add(this, next.ToCertificate());
        Assert.Throws<CertificateException>(() => _providers.Add(this, ThrowAwayKeys.Of(Fixture.Tracker.Id, 3).ToCertificate()));
    }

    [Fact]
    public void A_refused_one_leaves_nothing_behind()
    {
        ApplicationKeys stranger = ThrowAwayKeys.Of(Fixture.Tracker.Id, 3);
        _providers.Add(this, Fixture.Tracker.ToCertificate());
        Assert.Throws<CertificateException>(() => _providers.Add(this, stranger.ToCertificate()));
        _providers.Add(this, new ApplicationKeys("another", stranger.Ring).ToCertificate());
    }

    [Fact]
    public void A_signing_key_has_one_owner()
    {
        _providers.Add(this, Fixture.Tracker.ToCertificate());
        Assert.Throws<CertificateException>(() => _providers.Add(this, new ApplicationKeys("another", Fixture.Tracker.Ring).ToCertificate()));
    }

    [Fact]
    public void One_that_no_client_asks_any_more_is_forgotten_with_its_keys()
    {
        ApplicationKeys anew = ThrowAwayKeys.Of(Fixture.Tracker.Id, 3);
        object other = new();
        _providers.Add(this, Fixture.Tracker.ToCertificate());
        _providers.Add(other, Fixture.Tracker.ToCertificate());

        _providers.Remove(this);
        Assert.Throws<CertificateException>(() => _providers.Add(this, anew.ToCertificate())); // the other still asks the one that was

        _providers.Remove(other);
        _providers.Add(this, anew.ToCertificate());
        _providers.Add(other, new ApplicationKeys("another", Fixture.Tracker.Ring).ToCertificate());
        _providers.Remove(new object());
        Assert.Throws<CertificateException>(() => _providers.Add(other, Fixture.Tracker.ToCertificate()));
    }
}
