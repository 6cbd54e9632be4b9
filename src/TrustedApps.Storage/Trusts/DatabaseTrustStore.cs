using Microsoft.Extensions.Options;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Trusts;

/// <summary>Serves the trusts of the database from memory.</summary>
internal sealed class DatabaseTrustStore(
    StoreDatabase database,
    TrustSnapshot snapshot,
    IOptions<TrustedAppsStoreOptions> options
) : ITrustStore
{
    public bool IsAvailable => snapshot.Age <= options.Value.MaxStaleness;

    public int? Count => snapshot.Count;

    public TrustedApplication? Find(string applicationId) => snapshot.Find(applicationId);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await StoreSchema.Current.UpgradeAsync(database, cancellationToken);
        await snapshot.RefreshAsync(cancellationToken);
    }
}
