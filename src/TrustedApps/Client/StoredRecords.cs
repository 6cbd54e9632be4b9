using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// The provider that an administrator has put into an <see cref="IProviderStore"/>, which other nodes may share.
/// </summary>
internal sealed class StoredRecords(IProviderStore store, BaseUrl baseUrl) : IPinnedRecords
{
    public async Task<CertificateRecord> PinAsync() =>
        await store.FindAsync(baseUrl, CancellationToken.None).ConfigureAwait(false)
        ?? throw new CertificateException(
            $"The store has no provider at {baseUrl}, so nothing is sent to it. Add it on the pages or with 'trusted-apps provider add {baseUrl}'."
        );

    public async Task<CertificateRecord?> FindAsync(CertificateRecord inUse)
    {
        CertificateRecord? stored = await store.FindAsync(baseUrl, CancellationToken.None).ConfigureAwait(false);
        return stored?.SigningKeys.Any(inUse.SigningKeys.Contains) == true ? stored : null;
    }

    public Task<bool> ReplaceAsync(CertificateRecord inUse, CertificateRecord replacement) =>
        store.ReplaceAsync(inUse, replacement, CancellationToken.None);
}
