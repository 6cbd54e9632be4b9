using Microsoft.EntityFrameworkCore;
using TrustedApps.Storage.Activity;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage;

/// <summary>What happened: requests, refusals, and administrators' changes, of all nodes together. Safe for concurrent use.</summary>
public sealed class StoreReports
{
    private const int MaxLines = 1000;
    private const int MinutesOfHour = 60;
    private const int MinutesOfDay = 24 * 60;

    private readonly StoreDatabase _database;
    private readonly TimeProvider _time;

    internal StoreReports(StoreDatabase database, TimeProvider time) => (_database, _time) = (database, time);

    /// <summary>What was heard of applications; at most a minute late.</summary>
    /// <param name="ids">Their ids; empty among them for applications that are not trusted.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>One for each id, in their order.</returns>
    public async Task<IReadOnlyList<ApplicationActivity>> GetActivityAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        List<string> known = [.. ids.Where(StoreText.IsStorable).Distinct(StringComparer.Ordinal)];
        long minute = RequestRecorder.MinuteOf(_time.GetUtcNow());
        await using StoreContext context = _database.CreateContext();
        var counts = await context.RequestCounts
            .Where(row => known.Contains(row.ApplicationId) && row.Minute > minute - MinutesOfDay)
            .GroupBy(row => new { row.ApplicationId, row.Code, IsRecent = row.Minute > minute - MinutesOfHour })
            .Select(group => new { group.Key.ApplicationId, group.Key.Code, group.Key.IsRecent, Count = group.Sum(row => row.Count) })
            .ToListAsync(cancellationToken);
        Dictionary<string, DateTimeOffset> last = await context.LastRequests
            .Where(row => known.Contains(row.ApplicationId))
            .ToDictionaryAsync(row => row.ApplicationId, row => row.At, StringComparer.Ordinal, cancellationToken);

        return [.. ids.Select(id => new ApplicationActivity(
            id,
            last.TryGetValue(id, out DateTimeOffset at) ? at : null,
            counts.Where(count => count.ApplicationId == id && count.IsRecent).ToDictionary(count => count.Code, count => count.Count, StringComparer.Ordinal),
            counts.Where(count => count.ApplicationId == id).GroupBy(count => count.Code, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(count => count.Count), StringComparer.Ordinal)))];
    }

    /// <summary>The latest refusals, newest first.</summary>
    /// <param name="applicationId">Of this application alone; null for all.</param>
    /// <param name="take">How many at most: 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The refusals. The store keeps the newest 10,000.</returns>
    public async Task<IReadOnlyList<RecordedRejection>> ListRejectionsAsync(string? applicationId, int take, CancellationToken cancellationToken)
    {
        RequireLines(take);
        if (applicationId is not null && !StoreText.IsStorable(applicationId)) return [];
        await using StoreContext context = _database.CreateContext();
        return await context.Refusals
            .Where(row => applicationId == null || row.ApplicationId == applicationId)
            .OrderByDescending(row => row.Number)
            .Take(take)
            .Select(row => new RecordedRejection(row.At, row.ApplicationId, row.UserName, row.Address, row.Method, row.Path, row.ProtocolVersion, row.Code, row.Advice))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The latest changes, newest first.</summary>
    /// <param name="subject">Of this application or provider alone; null for all.</param>
    /// <param name="before">Only those of a smaller number; null from the newest.</param>
    /// <param name="take">How many at most: 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The changes. None is ever deleted.</returns>
    public async Task<IReadOnlyList<AuditEntry>> ListAuditAsync(string? subject, long? before, int take, CancellationToken cancellationToken)
    {
        RequireLines(take);
        if (subject is not null && !StoreText.IsStorable(subject)) return [];
        await using StoreContext context = _database.CreateContext();
        return await context.Audit
            .Where(row => (subject == null || row.Subject == subject) && (before == null || row.Number < before))
            .OrderByDescending(row => row.Number)
            .Take(take)
            .Select(row => new AuditEntry(row.Number, row.At, row.Administrator, row.Action, row.Subject, row.Before, row.After))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Writes a change into the audit trail that was made elsewhere, such as of this application's own keys.</summary>
    /// <param name="action">What was done, such as <c>application.rotate</c>.</param>
    /// <param name="subject">Of which application or provider.</param>
    /// <param name="before">How it was, as JSON; null if it was not there. Nothing secret.</param>
    /// <param name="after">How it is since, as JSON; null if it is gone. Nothing secret.</param>
    /// <param name="administrator">Who did it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>When it is written.</returns>
    public async Task RecordAsync(string action, string subject, string? before, string? after, string administrator, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(action);
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        await using StoreContext context = _database.CreateContext();
        context.Audit.Add(new AuditRow { At = _time.GetUtcNow(), Administrator = administrator, Action = action, Subject = subject, Before = before, After = after });
        await context.SaveChangesAsync(cancellationToken);
    }

    private static void RequireLines(int take)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(take, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(take, MaxLines);
    }
}
