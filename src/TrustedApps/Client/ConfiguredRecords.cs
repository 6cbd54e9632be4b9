using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// The provider that the options name, by a certificate in a file or by fingerprints. Its record lives in this process.
/// </summary>
internal sealed class ConfiguredRecords(
    TrustedAppClientOptions options, BaseUrl baseUrl, CertificateClient client, TimeProvider time) : IPinnedRecords
{
    public async Task<CertificateRecord> PinAsync() =>
        CertificateRecord.Establish(await ReadAsync().ConfigureAwait(false), baseUrl, time.GetUtcNow());

    public Task<CertificateRecord?> FindAsync(CertificateRecord inUse) => Task.FromResult<CertificateRecord?>(inUse);

    public Task<bool> ReplaceAsync(CertificateRecord inUse, CertificateRecord replacement) => Task.FromResult(true);

    private async Task<ApplicationCertificate> ReadAsync()
    {
        if (options.ProviderCertificateFile is { } file) return ApplicationCertificate.Load(file, time);

        ApplicationCertificate certificate = await client.FetchAsync(baseUrl.Uri).ConfigureAwait(false);
        // Each listed key has signed the certificate, so the compared keys vouch for one that was added since.
        bool isExpected = options.ProviderFingerprints.All(fingerprint =>
            certificate.SigningKeys.Any(key => key.HasFingerprint(fingerprint))
        );
        if (isExpected) return certificate;
        throw new CertificateException(
            $"The certificate at {baseUrl} has the fingerprint {string.Join(" and ", certificate.SigningKeys.Select(key => key.Fingerprint))}, which is not what ProviderFingerprints says. Ask the provider's administrator for the right fingerprint before you change the setting."
        );
    }
}
