using TrustedApps.Certificates;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Certificates;

/// <summary>
/// The certificate records of the store's trusts. The node that moves the time of a fetch is the one that fetches.
/// </summary>
internal sealed class DatabaseRecordSource(
    StoreDatabase database, TrustAdministration trusts, TrustSnapshot snapshot, SuspectWatch watch)
    : ICertificateRecordSource
{
    private const string Administrator = "(by itself)";
    private const int MaxAtOnce = 100;

    public IEnumerable<CertificateRecord> Records => snapshot.Records;

    public async Task<IReadOnlyList<string>> ClaimDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset ahead = now + RefreshSchedule.Interval; // set by a clock that has been corrected since
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        List<string> due = await connection.QueryAsync(
            $"SELECT id FROM trusted_apps_trusts WHERE fetch_at <= {now} OR fetch_at > {ahead} ORDER BY fetch_at LIMIT {MaxAtOnce}",
            row => row.GetString(0),
            cancellationToken).ToListAsync(cancellationToken);
        var claimed = new List<string>();
        foreach (string id in due)
        {
            int rows = await connection.ExecuteAsync(
                $"""
                 UPDATE trusted_apps_trusts SET fetch_at = {RefreshSchedule.Retry(now)}, fetched_at = {now}
                 WHERE id = {id} AND (fetch_at <= {now} OR fetch_at > {ahead})
                 """,
                cancellationToken);
            if (rows == 1) claimed.Add(id);
        }

        return claimed;
    }

    public async Task<bool> ClaimSuspectAsync(
        string applicationId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (!watch.TryBegin(applicationId)) return false;
        try
        {
            return await MoveFetchAsync(applicationId, now, cancellationToken);
        }
        catch
        {
            watch.Forget(applicationId);
            throw;
        }
    }

    public async Task<IReadOnlyList<string>> FindDueChecksAsync(
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        DateTimeOffset ahead = now + RefreshSchedule.LongestWaitForCheck;
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        List<TrustRow> due = await connection.QueryAsync(
            $"SELECT {TrustRow.Columns} FROM trusted_apps_trusts WHERE pending_until <= {now} OR pending_until > {ahead} ORDER BY pending_until LIMIT {MaxAtOnce}",
            TrustRow.Read,
            cancellationToken).ToListAsync(cancellationToken);
        // A row that cannot be read has no check to make. It is reported where requests are served.
        return [.. due.Where(row => row.TryToTrust(out _)).Select(row => row.Id)];
    }

    public async Task<CertificateRecord?> FindAsync(string applicationId, CancellationToken cancellationToken) =>
        (await trusts.FindAsync(applicationId, cancellationToken))?.Trust.Record;

    public async Task<bool> ChangeAsync(
        string applicationId,
        Func<CertificateRecord, CertificateRecord> change,
        CancellationToken cancellationToken)
    {
        try
        {
            await trusts.ChangeRecordAsync(
                TrustAdministration.RefreshAction,
                applicationId,
                version: null,
                change,
                Administrator,
                cancellationToken
            );
            return true;
        }
        catch (AdministrationException removed) when (removed.Problem == AdministrationProblem.NotFound)
        {
            return false;
        }
        catch (AdministrationException invalid)
        {
            throw new CertificateException(invalid.Message, invalid);
        }
    }

    public async Task ScheduleAsync(string applicationId, DateTimeOffset nextFetch, CancellationToken cancellationToken)
    {
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(
            $"UPDATE trusted_apps_trusts SET fetch_at = {nextFetch} WHERE id = {applicationId} AND fetch_at IS NOT NULL",
            cancellationToken
        );
    }

    private async Task<bool> MoveFetchAsync(
        string applicationId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        DateTimeOffset before = now - RefreshSchedule.SuspicionInterval;
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(
            $"""
             UPDATE trusted_apps_trusts SET fetched_at = {now}
             WHERE id = {applicationId} AND fetch_at IS NOT NULL
                 AND (fetched_at IS NULL OR fetched_at <= {before} OR fetched_at > {now})
             """,
            cancellationToken) == 1;
    }
}
