using TrustedApps.EntityFrameworkCore.Database;

namespace TrustedApps.EntityFrameworkCore.Trusts;

/// <summary>The trusts of the database, answered from memory.</summary>
internal sealed class DatabaseTrustStore(StoreDatabase database, TrustImage image, TrustedAppsStoreOptions options) : ITrustStore
{
    public bool IsAvailable => image.Age <= options.MaxStaleness;

    public TrustedApplication? Find(string applicationId) => image.Find(applicationId);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await StoreSchema.Current.UpgradeAsync(database, cancellationToken);
        await image.RefreshAsync(cancellationToken);
    }
}
