using System.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Activity;

/// <summary>Adds the counts and rejections of this node to the database, and deletes old ones.</summary>
internal sealed class ActivityWriter(
    StoreDatabase database,
    RequestRecorder recorder,
    TimeProvider time,
    ILogger<TrustedAppsStore> logger,
    Func<IEnumerable<string>> findConfigured
) : BackgroundService
{
    private const int MinutesKept = (24 * 60) + 60; // the pages show a day
    private const int RejectionsKept = 10_000;
    private const int StrangersKept = 500; // of those that name a user, and of the others
    private const int RowsAtOnce = 500;

    private static readonly TimeSpan _pace = TimeSpan.FromSeconds(15); // pages are at most a minute late

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    /// <summary>Writes the counts since the last time. After a failure they are kept for the next time.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        // All nodes write in the same order, so that no two wait for each other; and in small transactions, so that an
        // administrator's change does not wait for long.
        RequestCount[][] parts = [.. recorder.TakeCounts()
            .OrderBy(count => count.ApplicationId, StringComparer.Ordinal)
            .ThenBy(count => count.Minute)
            .ThenBy(count => count.Code, StringComparer.Ordinal)
            .Chunk(RowsAtOnce)];
        IReadOnlyList<RecordedRejection> rejections = recorder.TakeRejections();
        if (parts.Length == 0 && rejections.Count > 0) parts = [[]];
        for (int part = 0; part < parts.Length; part++)
        {
            RequestCount[] rest = [.. parts[part..].SelectMany(counts => counts)];
            if (!await TryWriteAsync(rest, parts[part], part == 0 ? rejections : [], cancellationToken)) return;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await WriteAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops; StopAsync writes the rest.
        }
    }

    // After a failure the recorder gets back what was not written: this part and those after it.
    private async Task<bool> TryWriteAsync(
        RequestCount[] rest,
        RequestCount[] counts,
        IReadOnlyList<RecordedRejection> rejections,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await WriteAsync(counts, rejections, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            recorder.Return(rest, rejections);
            throw;
        }
        catch (Exception problem) when (problem is not OperationCanceledException) // statistics never stop the host
        {
            recorder.Return(rest, rejections);
            logger.ActivityNotWritten(problem.GetBaseException().Message);
            return false;
        }
    }

    private async Task WriteAsync(
        RequestCount[] counts, IReadOnlyList<RecordedRejection> rejections, CancellationToken cancellationToken)
    {
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        await connection.BeginAsync(IsolationLevel.Unspecified, cancellationToken);
        foreach (RequestCount count in counts) await AddAsync(connection, count, cancellationToken);
        foreach (IGrouping<string, RequestCount> application in counts
            .GroupBy(count => count.ApplicationId, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            await SetLastAsync(connection, application, cancellationToken);
        }

        foreach (RecordedRejection rejection in rejections) await AddAsync(connection, rejection, cancellationToken);
        await DeleteOldAsync(connection, cancellationToken);
        if (rejections.Count > 0) await DeleteOldRejectionsAsync(connection, cancellationToken);
        await connection.CommitAsync(cancellationToken);
    }

    // Of several nodes, the one with the later time counts.
    private static async Task SetLastAsync(
        StoreConnection connection,
        IGrouping<string, RequestCount> application,
        CancellationToken cancellationToken
    )
    {
        foreach (IGrouping<bool, RequestCount> outcome in application.GroupBy(count =>
            count.Code == RequestCount.Accepted))
        {
            var column = new SqlFragment(outcome.Key ? "accepted_at" : "refused_at");
            await connection.ExecuteAsync(
                $"""
                INSERT INTO trusted_apps_last_outcomes (application_id, {column})
                VALUES ({application.Key}, {outcome.Max(count => count.LastAt)})
                ON CONFLICT (application_id) DO UPDATE SET {column} = excluded.{column}
                WHERE trusted_apps_last_outcomes.{column} IS NULL
                    OR trusted_apps_last_outcomes.{column} < excluded.{column}
                """,
                cancellationToken
            );
        }
    }

    private static Task<int> AddAsync(
        StoreConnection connection,
        RequestCount count,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            $"""
            INSERT INTO trusted_apps_request_counts (application_id, minute, code, count)
            VALUES ({count.ApplicationId}, {count.Minute}, {count.Code}, {count.Count})
            ON CONFLICT (application_id, minute, code)
            DO UPDATE SET count = trusted_apps_request_counts.count + excluded.count
            """,
            cancellationToken
        );

    private static Task<int> AddAsync(
        StoreConnection connection,
        RecordedRejection rejection,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            $"""
            INSERT INTO trusted_apps_refusals
                (at, application_id, user_name, address, method, path, protocol_version, code, advice)
            VALUES (
                {rejection.At}, {rejection.ApplicationId}, {rejection.User}, {rejection.Address}, {rejection.Method},
                {rejection.Path}, {rejection.Version}, {rejection.Code}, {rejection.Advice})
            """,
            cancellationToken
        );

    private async Task DeleteOldAsync(StoreConnection connection, CancellationToken cancellationToken)
    {
        long oldest = RequestRecorder.MinuteOf(time.GetUtcNow()) - MinutesKept;
        await connection.ExecuteAsync(
            $"DELETE FROM trusted_apps_request_counts WHERE minute < {oldest}",
            cancellationToken
        );
    }

    // Senders that are not a trusted application have a bound of their own. Of the others the newest of each
    // application stay longest, and requests that name no user, which a stranger can send under any id, do not displace
    // those that do.
    private Task<int> DeleteOldRejectionsAsync(StoreConnection connection, CancellationToken cancellationToken)
    {
        var configured = new SqlList([.. findConfigured()]);
        return connection.ExecuteAsync(
            $"""
             DELETE FROM trusted_apps_refusals WHERE number NOT IN (
                 SELECT number FROM (
                     SELECT number, owner, row_number() OVER (PARTITION BY owner, names_user ORDER BY number DESC) AS place
                     FROM (
                         SELECT number, user_name IS NOT NULL AS names_user,
                             CASE WHEN application_id IN (SELECT id FROM trusted_apps_trusts WHERE terms IS NOT NULL)
                                 OR application_id {configured} THEN application_id ELSE '' END AS owner
                         FROM trusted_apps_refusals) AS owned) AS placed
                 WHERE owner <> '' OR place <= {StrangersKept}
                 ORDER BY place, number DESC LIMIT {RejectionsKept})
             """,
            cancellationToken);
    }
}
