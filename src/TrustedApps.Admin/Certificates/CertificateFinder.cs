using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Certificates;

/// <summary>Fetches certificates by the rules of the scheme's options.</summary>
internal sealed class CertificateFinder(AdminServices admin, IHttpClientFactory http) : IDisposable
{
    private readonly Lazy<CertificateClient> _client = new(() => Create(http, admin.Scheme));

    /// <exception cref="CertificateException">There is none, or it cannot be read; the message says why.</exception>
    public Task<FoundCertificate> FindAsync(string url, CancellationToken cancellationToken) =>
        FoundCertificate.FindAsync(_client.Value, url, cancellationToken);

    /// <summary>Fetches the certificate again that an administrator has seen.</summary>
    /// <exception cref="CertificateException">
    /// It cannot be fetched any more, or it is not the same; the message says why.
    /// </exception>
    public async Task<FoundCertificate> FindAgainAsync(ShownCertificate shown, CancellationToken cancellationToken)
    {
        FoundCertificate found = await FindAsync(shown.Url, cancellationToken);
        if (found.Id != shown.Id)
        {
            throw new CertificateException(
                $"{shown.Url} now serves the certificate of '{found.Id}', not of '{shown.Id}' as you saw it. Nothing was trusted. Begin anew, and ask the other administrator what happened."
            );
        }

        if (!shown.HasKeysOf(found))
        {
            throw new CertificateException(
                $"{shown.Url} now serves other keys than those that you saw. Nothing was trusted. Begin anew, and compare the fingerprints with what the other administrator sees."
            );
        }

        return found;
    }

    public void Dispose()
    {
        if (_client.IsValueCreated) _client.Value.Dispose();
    }

    /// <summary>Makes a client with the rules of a scheme's options.</summary>
    public static CertificateClient Create(IHttpClientFactory http, TrustedAppsOptions scheme) =>
        new(
            new CertificateClientOptions
            {
                AllowHttp = scheme.AllowHttp,
                AllowPrivateAddresses = scheme.AllowPrivateAddresses,
                HttpClientFactory = http,
            },
            scheme.TimeProvider
        );
}
