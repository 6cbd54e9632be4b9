using TrustedApps.Http;

namespace TrustedApps.Tests.Http;

public class PinnedProvidersTests
{
    private readonly PinnedProviders _providers = new();

    [Fact]
    public void One_provider_may_be_known_twice_and_with_newer_keys()
    {
        ApplicationKeys next = Fixture.Tracker.PublishNext(Fixture.Now, 2048);
        _providers.Add(Fixture.Tracker.ToCertificate());
        _providers.Add(Fixture.Tracker.ToCertificate());
        _providers.Add(next.ToCertificate());
        Assert.Throws<CertificateException>(() => _providers.Add(ApplicationKeys.Generate(Fixture.Tracker.Id, 2048).ToCertificate()));
    }

    [Fact]
    public void A_refused_one_leaves_nothing_behind()
    {
        ApplicationKeys stranger = ApplicationKeys.Generate(Fixture.Tracker.Id, 2048);
        _providers.Add(Fixture.Tracker.ToCertificate());
        Assert.Throws<CertificateException>(() => _providers.Add(stranger.ToCertificate()));
        _providers.Add(new ApplicationKeys("another", stranger.Ring).ToCertificate());
    }

    [Fact]
    public void A_signing_key_has_one_owner()
    {
        _providers.Add(Fixture.Tracker.ToCertificate());
        Assert.Throws<CertificateException>(() => _providers.Add(new ApplicationKeys("another", Fixture.Tracker.Ring).ToCertificate()));
    }
}
