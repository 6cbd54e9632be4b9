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
        string? problem = ComparedFingerprints.FindProblem(
            [.. options.ProviderFingerprints],
            certificate.SigningKeys,
            certificate.EncryptionKeys,
            baseUrl.Text,
            nameof(options.ProviderFingerprints)
        );
        return problem is null ? certificate : throw new CertificateException(problem);
    }
}
