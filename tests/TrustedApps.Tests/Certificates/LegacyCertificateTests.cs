using TrustedApps.Certificates;

namespace TrustedApps.Tests.Certificates;

// Reading and writing: Keys/CertificateDocumentTests.
public class LegacyCertificateTests
{
    [Fact]
    public void It_holds_id_key_and_version()
    {
        LegacyCertificate certificate = Fixture.Wiki.ToLegacyCertificate();
        Assert.Equal(("wiki", 3), (certificate.Id, certificate.Version));
        Assert.Same(Fixture.Wiki.PublicKey, certificate.PublicKey);
        Assert.Null(Fixture.Wiki.ToLegacyCertificate(version: null).Version);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    public void Another_version_is_not_written(int version) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(version), () => Fixture.Wiki.ToLegacyCertificate(version));

    [Fact]
    public void It_is_served_where_the_originals_serve_it() => Assert.Equal("/admin/appTrustCertificate", LegacyCertificate.Path);
}
