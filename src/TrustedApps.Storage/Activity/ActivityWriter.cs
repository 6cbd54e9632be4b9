using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Activity;

/// <summary>Adds up in the database what each node has counted, and deletes what is old.</summary>
internal sealed class ActivityWriter(StoreDatabase database, RequestRecorder recorder, TimeProvider time, ILogger<TrustedAppsStore> logger) : BackgroundService
{
    private const int MinutesKept = (24 * 60) + 60; // the pages show a day
    private const int RejectionsKept = 10_000;
    private const int RowsAtOnce = 500;

    private static readonly TimeSpan _pace = TimeSpan.FromSeconds(15); // pages are at most a minute late

    /// <summary>Writes what was counted since the last time. What could not be written is kept for the next time.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        // In one order on every node, so that none waits for another that waits for it; and little at a time, so that an
        // administrator's change need not wait long.
        RequestCountRow[][] parts = [.. recorder.TakeCounts().OrderBy(row => row.ApplicationId, StringComparer.Ordinal).ThenBy(row => row.Minute).ThenBy(row => row.Code, StringComparer.Ordinal).Chunk(RowsAtOnce)];
        IReadOnlyList<RefusalRow> refusals = recorder.TakeRejections();
        if (parts.Length == 0 && refusals.Count > 0) parts = [[]];
        for (int part = 0; part < parts.Length; part++)
        {
            IReadOnlyList<RefusalRow> beside = part == 0 ? refusals : [];
            if (!await TryWriteAsync([.. parts[part..].SelectMany(row => row)], parts[part], beside, cancellationToken)) return;
        }
    }

    // Gives back what was not written: this part and those after it.
    private async Task<bool> TryWriteAsync(IReadOnlyList<RequestCountRow> rest, IReadOnlyList<RequestCountRow> counts, IReadOnlyList<RefusalRow> refusals, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(counts, refusals, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            recorder.GiveBack(rest, refusals);
            throw;
        }
        catch (Exception problem) when (problem is not OperationCanceledException) // whatever it is: nothing of it is a reason to stop the host
        {
            recorder.GiveBack(rest, refusals);
            logger.ActivityNotWritten(problem.GetBaseException().Message);
            return false;
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

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    private async Task WriteAsync(IReadOnlyList<RequestCountRow> counts, IReadOnlyList<RefusalRow> refusals, CancellationToken cancellationToken)
    {
        await using StoreContext context = database.CreateContext();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

        foreach (RequestCountRow row in counts)
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO trusted_apps_request_counts (application_id, minute, code, count) VALUES ({row.ApplicationId}, {row.Minute}, {row.Code}, {row.Count})
                 ON CONFLICT (application_id, minute, code) DO UPDATE SET count = trusted_apps_request_counts.count + excluded.count
                 """,
                cancellationToken);
        }

        foreach (var last in counts.GroupBy(row => row.ApplicationId, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            long at = last.Max(row => row.Minute) * 60_000;
            await context.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO trusted_apps_last_requests (application_id, at) VALUES ({last.Key}, {at})
                 ON CONFLICT (application_id) DO UPDATE SET at = excluded.at WHERE excluded.at > trusted_apps_last_requests.at
                 """,
                cancellationToken);
        }

        context.Refusals.AddRange(refusals);
        await context.SaveChangesAsync(cancellationToken);
        await DeleteOldAsync(context, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task DeleteOldAsync(StoreContext context, CancellationToken cancellationToken)
    {
        long oldest = RequestRecorder.MinuteOf(time.GetUtcNow()) - MinutesKept;
        await context.RequestCounts.Where(row => row.Minute < oldest).ExecuteDeleteAsync(cancellationToken);
        long last = await context.Refusals.MaxAsync(row => (long?)row.Number, cancellationToken) ?? 0;
        await context.Refusals.Where(row => row.Number <= last - RejectionsKept).ExecuteDeleteAsync(cancellationToken);
    }
}
