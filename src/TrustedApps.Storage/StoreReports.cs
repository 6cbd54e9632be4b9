using System.Data.Common;
using Microsoft.Extensions.Logging;
using TrustedApps.Storage.Activity;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage;

/// <summary>
/// Reports requests, rejections and administrators' changes, of all nodes together. Safe for concurrent use.
/// </summary>
public sealed class StoreReports
{
    private const int MaxLines = 1000;
    private const int MinutesOfHour = 60;
    private const int MinutesOfDay = 24 * 60;

    private readonly StoreDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger? _logger;

    internal StoreReports(StoreDatabase database, TimeProvider time, ILogger? logger = null) =>
        (_database, _time, _logger) = (database, time, logger);

    /// <summary>Returns the activity of applications; at most a minute late.</summary>
    /// <param name="ids">The application ids; an empty one stands for all applications that are not trusted.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>One for each id, in the same order.</returns>
    public async Task<IReadOnlyList<ApplicationActivity>> GetActivityAsync(
        IReadOnlyCollection<string> ids,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(ids);
        var known = new SqlList([.. ids.Where(StoreText.IsStorable).Distinct(StringComparer.Ordinal)]);
        long minute = RequestRecorder.MinuteOf(_time.GetUtcNow());
        await using StoreConnection connection = await _database.OpenAsync(cancellationToken);
        RequestCount[] counts = await connection
            .QueryAsync(
                $"""
                SELECT application_id, code, minute > {minute - MinutesOfHour} AS recent, CAST(sum(count) AS bigint)
                FROM trusted_apps_request_counts
                WHERE application_id {known} AND minute > {minute - MinutesOfDay}
                GROUP BY application_id, code, recent
                """,
                row => new RequestCount(
                    row.GetString(0),
                    row.GetString(1),
                    row.GetBoolean(2) ? minute : 0,
                    row.GetInt64(3),
                    LastAt: 0
                ),
                cancellationToken
            )
            .ToArrayAsync(cancellationToken);
        Dictionary<string, LastRequests> last = await connection
            .QueryAsync(
                $"""
                SELECT application_id, accepted_at, refused_at
                FROM trusted_apps_last_outcomes WHERE application_id {known}
                """,
                row => KeyValuePair.Create(
                    row.GetString(0),
                    new LastRequests(row.FindMoment(1), row.FindMoment(2))
                ),
                cancellationToken
            )
            .ToDictionaryAsync(StringComparer.Ordinal, cancellationToken);

        ILookup<string, RequestCount> countsOf = counts.ToLookup(count => count.ApplicationId, StringComparer.Ordinal);
        return [.. ids.Select(id => new ApplicationActivity(
            id,
            last.GetValueOrDefault(id).AcceptedAt,
            last.GetValueOrDefault(id).RefusedAt,
            Sum(countsOf[id].Where(count => count.Minute == minute)),
            Sum(countsOf[id])))];
    }

    /// <summary>Lists the latest rejections, newest first.</summary>
    /// <param name="applicationId">The application; null for all.</param>
    /// <param name="take">The greatest number of entries: 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>The rejections. The store keeps the newest 10,000.</returns>
    public async Task<IReadOnlyList<RecordedRejection>> ListRejectionsAsync(
        string? applicationId,
        int take,
        CancellationToken cancellationToken
    )
    {
        RequireLines(take);
        if (applicationId is not null && !StoreText.IsStorable(applicationId)) return [];
        await using StoreConnection connection = await _database.OpenAsync(cancellationToken);
        return await connection.QueryAsync(
            $"""
             SELECT at, application_id, user_name, address, method, path, protocol_version, code, advice
             FROM trusted_apps_refusals
             WHERE {applicationId} IS NULL OR application_id = {applicationId}
             ORDER BY number DESC LIMIT {take}
             """,
            ReadRejection,
            cancellationToken).ToArrayAsync(cancellationToken);
    }

    /// <summary>Lists the latest changes, newest first.</summary>
    /// <param name="subject">The application id or base URL; null for all.</param>
    /// <param name="before">The number that all entries are below; null for the newest entries.</param>
    /// <param name="take">The greatest number of entries: 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>The entries. The store never deletes one.</returns>
    public async Task<IReadOnlyList<AuditEntry>> ListAuditAsync(
        string? subject,
        long? before,
        int take,
        CancellationToken cancellationToken
    )
    {
        RequireLines(take);
        if (subject is not null && !StoreText.IsStorable(subject)) return [];
        await using StoreConnection connection = await _database.OpenAsync(cancellationToken);
        return await connection.QueryAsync(
            $"""
             SELECT number, at, administrator, action, subject, before, after
             FROM trusted_apps_audit
             WHERE ({subject} IS NULL OR subject = {subject}) AND number < {before ?? long.MaxValue}
             ORDER BY number DESC LIMIT {take}
             """,
            ReadAudit,
            cancellationToken).ToArrayAsync(cancellationToken);
    }

    /// <summary>
    /// Adds a change to the audit trail that was made elsewhere, such as a rotation of this application's own keys.
    /// </summary>
    /// <param name="action">The action, such as <c>application.rotate</c>.</param>
    /// <param name="subject">The application id, or the base URL of the provider.</param>
    /// <param name="before">The state before, as JSON without secrets; null if there was none.</param>
    /// <param name="after">The state after, as JSON without secrets; null if it was removed.</param>
    /// <param name="administrator">The administrator.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>A task that ends when the entry is saved.</returns>
    public async Task RecordAsync(
        string action,
        string subject,
        string? before,
        string? after,
        string administrator,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(action);
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        await using StoreConnection connection = await _database.OpenAsync(cancellationToken);
        await connection.AddAuditAsync(
            new AuditEntry(0, _time.GetUtcNow(), administrator, action, subject, before, after),
            cancellationToken
        );
        _logger?.Audited(connection.Audited);
    }

    private static Dictionary<string, long> Sum(IEnumerable<RequestCount> counts) => counts
        .GroupBy(count => count.Code, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Sum(count => count.Count), StringComparer.Ordinal);

    private static RecordedRejection ReadRejection(DbDataReader row) =>
        new(
            row.GetMoment(0),
            row.GetText(1),
            row.GetText(2),
            row.GetText(3),
            row.GetString(4),
            row.GetString(5),
            row.GetText(6),
            row.GetString(7),
            row.GetString(8)
        );

    private static AuditEntry ReadAudit(DbDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetMoment(1),
            row.GetString(2),
            row.GetString(3),
            row.GetString(4),
            row.GetText(5),
            row.GetText(6)
        );

    private static void RequireLines(int take)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(take, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(take, MaxLines);
    }

    private readonly record struct LastRequests(DateTimeOffset? AcceptedAt, DateTimeOffset? RefusedAt);
}
