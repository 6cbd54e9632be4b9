using TrustedApps.Certificates;
using TrustedApps.Health;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Trusts;

/// <summary>
/// Looks each minute which certificates of the store's trusts are about to change, or could not be fetched, so that
/// the health check asks no database. Safe for concurrent use.
/// </summary>
internal sealed class CertificateWatch(StoreDatabase database, TimeProvider time)
{
    private const int MaxFound = 100;
    private const long RetriedSoon = 2 * 60 * 60 * 1000; // milliseconds; after a fetch that succeeded it is a day

    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    private IReadOnlyList<string> _held = [];
    private IReadOnlyList<string> _unconfirmed = [];

    /// <summary>The applications whose new certificate waits; 100 at most.</summary>
    public IReadOnlyList<string> Held => Volatile.Read(ref _held);

    /// <summary>The applications whose certificate could not be fetched for two days; 100 at most.</summary>
    public IReadOnlyList<string> Unconfirmed => Volatile.Read(ref _unconfirmed);

    /// <summary>Looks each minute until it is cancelled. Never fails otherwise.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                await RefreshAsync(cancellationToken);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The database does not answer, which the trust store reports.
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Looks once.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        List<string> held = await connection.QueryAsync(
            $"SELECT id FROM trusted_apps_trusts WHERE pending_until IS NOT NULL ORDER BY pending_until LIMIT {MaxFound}",
            row => row.GetString(0),
            cancellationToken).ToListAsync(cancellationToken);

        // A fetch that failed is due again within the hour, soon after it. Its record shows since when.
        List<TrustRow> retried = await connection.QueryAsync(
            $"""
             SELECT {TrustRow.Columns} FROM trusted_apps_trusts
             WHERE fetch_at <= {now + RefreshSchedule.RetryInterval} AND fetch_at < fetched_at + {RetriedSoon}
             ORDER BY fetch_at LIMIT {MaxFound}
             """,
            TrustRow.Read,
            cancellationToken).ToListAsync(cancellationToken);
        Volatile.Write(ref _held, held);
        Volatile.Write(ref _unconfirmed, [.. retried.Where(row => IsUnconfirmed(row, now)).Select(row => row.Id)]);
    }

    private static bool IsUnconfirmed(TrustRow row, DateTimeOffset now) =>
        row.TryToTrust(out StoredTrust? stored)
        && stored.Trust.Record is { } record
        && CertificateReadings.IsUnconfirmed(record, now);
}
