using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Trusts;

/// <summary>The trusts of the database, answered from memory.</summary>
internal sealed class DatabaseTrustStore(StoreDatabase database, TrustSnapshot image, TrustedAppsStoreOptions options) : ITrustStore
{
    public bool IsAvailable => image.Age <= options.MaxStaleness;

    public TrustedApplication? Find(string applicationId) => image.Find(applicationId);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await StoreSchema.Current.UpgradeAsync(database, cancellationToken);
        await image.RefreshAsync(cancellationToken);
    }
}
