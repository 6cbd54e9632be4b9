using Microsoft.Extensions.Options;
using TrustedApps.Health;
using TrustedApps.Hosting;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Trusts;

/// <summary>Serves the trusts of the database from memory.</summary>
internal sealed class DatabaseTrustStore(
    StoreDatabase database,
    TrustSnapshot snapshot,
    CertificateWatch watch,
    IOptions<TrustedAppsStoreOptions> options
) : ITrustStore, IHealthSource
{
    public bool IsAvailable => snapshot.Age <= options.Value.MaxStaleness;

    public int? Count => snapshot.Count;

    public TrustedApplication? Find(string applicationId) => snapshot.Find(applicationId);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await StoreSchema.Current.UpgradeAsync(database, cancellationToken);
        await snapshot.RefreshAsync(cancellationToken);
    }

    public IEnumerable<HealthReading> ReadHealth() =>
        [ReadAge(), .. CertificateReadings.Read("store", watch.Held, watch.Unconfirmed)];

    private HealthReading ReadAge()
    {
        const string Name = "store:age_seconds";
        if (!snapshot.IsLoaded) return HealthReading.Unhealthy(Name, -1.0, "The trust store has not been read yet.");
        double age = Math.Round(snapshot.Age.TotalSeconds, 1);
        return IsAvailable
            ? HealthReading.Healthy(Name, age)
            : HealthReading.Unhealthy(
                Name,
                age,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The trust store ({database.Description}) has not answered for {age} s, so trusted requests are refused with UNAVAILABLE: check that its database runs and that this host reaches it (event 71)."));
    }
}
