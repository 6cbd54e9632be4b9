using TrustedApps.Certificates;
using TrustedApps.Client;

namespace TrustedApps.Tests.Client;

/// <summary>A store of one provider that a test changes at will.</summary>
internal sealed class RecordedProviderStore(CertificateRecord? record) : IProviderStore
{
    public CertificateRecord? Record { get; set; } = record;

    public Task<CertificateRecord?> FindAsync(BaseUrl baseUrl, CancellationToken cancellationToken) => Task.FromResult(Record);

    public Task<bool> ReplaceAsync(CertificateRecord record, CertificateRecord replacement, CancellationToken cancellationToken)
    {
        if (!ReferenceEquals(Record, record)) return Task.FromResult(false);
        Record = replacement;
        return Task.FromResult(true);
    }
}
