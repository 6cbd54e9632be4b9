using System.Diagnostics.CodeAnalysis;
using System.Text;
using TrustedApps.Certificates;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Trusts;

/// <summary>Reads and writes trusts as rows.</summary>
internal static class TrustRows
{
    /// <summary>Finds the row of an application, removed or not.</summary>
    public static ValueTask<TrustRow?> FindRowAsync(
        this StoreConnection connection,
        string id,
        CancellationToken cancellationToken
    ) =>
        connection
            .QueryAsync(
                $"SELECT {TrustRow.Columns} FROM trusted_apps_trusts WHERE id = {id}",
                TrustRow.Read,
                cancellationToken
            )
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Inserts a trust, in place of a removed one of the same id if there was one.</summary>
    public static Task InsertAsync(
        this StoreConnection connection,
        TrustRow row,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            $"""
            INSERT INTO trusted_apps_trusts ({TrustRow.Columns})
            VALUES (
                {row.Id}, {row.Name}, {row.Terms}, {row.Record}, {row.Version}, {row.Changed}, {row.AddedAt}, {row.AddedBy},
                {row.ChangedAt}, {row.FetchAt}, {row.FetchedAt}, {row.PendingUntil})
            ON CONFLICT (id) DO UPDATE SET
                name = excluded.name, terms = excluded.terms, record = excluded.record, version = excluded.version,
                changed = excluded.changed, added_at = excluded.added_at, added_by = excluded.added_by,
                changed_at = excluded.changed_at, fetch_at = excluded.fetch_at, fetched_at = excluded.fetched_at,
                pending_until = excluded.pending_until
            """,
            cancellationToken
        );

    /// <summary>
    /// Updates a trust. The time of the next fetch stays as it is in the database: another node may just have claimed
    /// that fetch.
    /// </summary>
    public static Task UpdateAsync(
        this StoreConnection connection,
        TrustRow row,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            $"""
            UPDATE trusted_apps_trusts SET
                name = {row.Name}, terms = {row.Terms}, record = {row.Record}, version = {row.Version},
                changed = {row.Changed}, changed_at = {row.ChangedAt}, pending_until = {row.PendingUntil},
                fetch_at = CASE WHEN {row.FetchAt} IS NULL THEN NULL ELSE coalesce(fetch_at, {row.FetchAt}) END
            WHERE id = {row.Id}
            """,
            cancellationToken
        );

    /// <summary>Removes a trust. Its row stays, so that every node sees the removal.</summary>
    public static Task ClearAsync(
        this StoreConnection connection,
        TrustRow row,
        long number,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            $"""
            UPDATE trusted_apps_trusts SET
                terms = NULL, record = NULL, version = {row.Version + 1}, changed = {number}, changed_at = {now},
                fetch_at = NULL, fetched_at = NULL, pending_until = NULL
            WHERE id = {row.Id}
            """,
            cancellationToken
        );

    /// <exception cref="FormatException">The row cannot be read.</exception>
    public static StoredTrust ToTrust(this TrustRow row)
    {
        CertificateRecord? record = row.Record is null
            ? null
            : CertificateRecord.Parse(Encoding.UTF8.GetBytes(row.Record));
        TrustedApplication trust = TrustRecord.Parse(Encoding.UTF8.GetBytes(row.Terms!)).ToTrust(row.Id, record);
        return new StoredTrust(trust, row.Version, row.AddedAt, row.AddedBy, row.ChangedAt);
    }

    public static bool TryToTrust(this TrustRow row, [NotNullWhen(true)] out StoredTrust? trust)
    {
        try
        {
            trust = row.ToTrust();
            return true;
        }
        catch (FormatException)
        {
            trust = null;
            return false;
        }
    }

    /// <summary>Returns the next version of a row, with this trust, as the change of a number.</summary>
    public static TrustRow With(this TrustRow row, TrustedApplication trust, long number, DateTimeOffset now) =>
        row with
        {
            Name = trust.Name,
            Terms = TrustRecord.Of(trust).ToJson(),
            Record = trust.Record is null ? null : Encoding.UTF8.GetString(trust.Record.ToBytes()),
            PendingUntil = trust.Record?.Pending?.NextCheckAt, // the column is older than the hourly checks
            FetchAt = trust.Record?.BaseUrl is null ? null : row.FetchAt ?? RefreshSchedule.Next(now),
            Version = row.Version + 1,
            Changed = number,
            ChangedAt = now,
        };
}
