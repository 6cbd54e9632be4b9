using System.Data.Common;
using TrustedApps.Certificates;
using TrustedApps.Client;

namespace TrustedApps.Storage.Trusts;

/// <summary>Serves the pinned providers of the database to this application's clients.</summary>
internal sealed class DatabaseProviderStore(ProviderAdministration providers) : IProviderStore
{
    public Task<CertificateRecord?> FindAsync(BaseUrl baseUrl, CancellationToken cancellationToken) =>
        AnswerAsync(async () => (await providers.FindAsync(baseUrl, cancellationToken).ConfigureAwait(false))?.Record);

    public Task<bool> ReplaceAsync(
        CertificateRecord record,
        CertificateRecord replacement,
        CancellationToken cancellationToken
    ) => AnswerAsync(() => providers.ReplaceAsync(record, replacement, cancellationToken));

    private static async Task<T> AnswerAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception cause)
            when (cause is DbException or TimeoutException or InvalidOperationException or FormatException)
        {
            throw new CertificateException(
                $"The store of providers does not answer: {cause.GetBaseException().Message}",
                cause
            )
            {
                IsTransient = cause is not FormatException,
            };
        }
    }
}
