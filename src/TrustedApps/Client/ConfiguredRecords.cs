using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// The provider that the options name, by a certificate in a file or by fingerprints. Its record lives in this process.
/// </summary>
internal sealed class ConfiguredRecords(
    TrustedAppClientOptions options, BaseUrl baseUrl, CertificateClient client, TimeProvider time) : IPinnedRecords
{
    private CertificateRecord? _record;

    public async Task<CertificateRecord> PinAsync()
    {
        CertificateRecord record = await ReadAsync().ConfigureAwait(false);
        Volatile.Write(ref _record, record);
        return record;
    }

    public Task<CertificateRecord?> FindAsync(CertificateRecord inUse) => Task.FromResult(Volatile.Read(ref _record));

    public Task<bool> ReplaceAsync(CertificateRecord inUse, CertificateRecord replacement) =>
        Task.FromResult(ReferenceEquals(Interlocked.CompareExchange(ref _record, replacement, inUse), inUse));

    private async Task<CertificateRecord> ReadAsync()
    {
        if (options.ProviderCertificateFile is { } file)
        {
            ApplicationCertificate stated = ApplicationCertificate.Load(file, time);
            return CertificateRecord.Establish(stated, baseUrl, stated.IssuedAt); // when it was served is not known
        }

        ApplicationCertificate certificate = await client.FetchAsync(baseUrl.Uri).ConfigureAwait(false);
        string? problem = ComparedFingerprints.FindProblem(
            [.. options.ProviderFingerprints],
            certificate.SigningKeys,
            certificate.EncryptionKeys,
            baseUrl.Text,
            nameof(options.ProviderFingerprints)
        );
        return problem is null
            ? CertificateRecord.Establish(certificate, baseUrl, time.GetUtcNow())
            : throw new CertificateException(problem);
    }
}
