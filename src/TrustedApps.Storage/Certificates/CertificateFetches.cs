using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Certificates;

/// <summary>
/// Distributes the fetches of certificates among the nodes: the node that moves the time of a fetch makes it (specification version-4.md, section 2).
/// </summary>
internal sealed class CertificateFetches(StoreDatabase database, TimeProvider time)
{
    private const int MaxAtOnce = 100;

    private static readonly TimeSpan _afterFailure = TimeSpan.FromHours(1);
    private static readonly TimeSpan _suspicionInterval = TimeSpan.FromMinutes(5);

    /// <summary>Claims fetches that are due.</summary>
    /// <returns>The ids of applications whose certificates this node must fetch now.</returns>
    public async Task<IReadOnlyList<string>> ClaimDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow(), again = now + _afterFailure;
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        List<string> due = await connection.QueryAsync(
            $"SELECT id FROM trusted_apps_trusts WHERE fetch_at <= {now} ORDER BY fetch_at LIMIT {MaxAtOnce}",
            row => row.GetString(0),
            cancellationToken).ToListAsync(cancellationToken);
        var claimed = new List<string>();
        foreach (string id in due)
        {
            int rows = await connection.ExecuteAsync(
                $"UPDATE trusted_apps_trusts SET fetch_at = {again}, fetched_at = {now} WHERE id = {id} AND fetch_at <= {now}",
                cancellationToken);
            if (rows == 1) claimed.Add(id);
        }

        return claimed;
    }

    /// <summary>Claims a fetch because a key grant named an unknown key; at most once in 5 minutes over all nodes.</summary>
    /// <returns>Whether this node must fetch the certificate.</returns>
    public async Task<bool> ClaimSuspectAsync(string id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow(), again = now + _afterFailure, before = now - _suspicionInterval;
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(
            $"""
             UPDATE trusted_apps_trusts SET fetch_at = {again}, fetched_at = {now}
             WHERE id = {id} AND fetch_at IS NOT NULL AND (fetched_at IS NULL OR fetched_at <= {before} OR fetched_at > {now})
             """,
            cancellationToken) == 1;
    }

    /// <summary>Finds the applications with a pending replacement whose hold has passed.</summary>
    /// <returns>Their ids.</returns>
    public async Task<IReadOnlyList<string>> FindHoldsToEndAsync(CancellationToken cancellationToken)
    {
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryAsync(
            $"""
             SELECT id FROM trusted_apps_trusts WHERE pending_until <= {time.GetUtcNow()}
             ORDER BY pending_until LIMIT {MaxAtOnce}
             """,
            row => row.GetString(0),
            cancellationToken).ToListAsync(cancellationToken);
    }

    /// <summary>Sets the time of the next fetch after a successful one.</summary>
    public async Task SucceedAsync(string id, CancellationToken cancellationToken)
    {
        DateTimeOffset next = TrustRows.NextFetch(time.GetUtcNow());
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(
            $"UPDATE trusted_apps_trusts SET fetch_at = {next} WHERE id = {id} AND fetch_at IS NOT NULL", cancellationToken);
    }
}
