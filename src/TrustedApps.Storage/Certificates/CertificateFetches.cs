using Microsoft.EntityFrameworkCore;
using TrustedApps.Certificates;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Certificates;

/// <summary>The times at which certificates are fetched again. The node that moves the time of a fetch is the one that fetches.</summary>
internal sealed class CertificateFetches(StoreDatabase database)
{
    private const int MaxAtOnce = 100;

    public async Task<IReadOnlyList<string>> ClaimDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using StoreContext context = database.CreateContext();
        List<string> due = await context.Trusts.Where(row => row.FetchAt <= now).OrderBy(row => row.FetchAt).Take(MaxAtOnce).Select(row => row.Id).ToListAsync(cancellationToken);
        var claimed = new List<string>();
        foreach (string id in due)
        {
            if (await ClaimAsync(context, context.Trusts.Where(row => row.Id == id && row.FetchAt <= now), now, cancellationToken)) claimed.Add(id);
        }

        return claimed;
    }

    public async Task<bool> ClaimSuspectAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset before = now - RefreshSchedule.SuspicionInterval;
        await using StoreContext context = database.CreateContext();
        return await ClaimAsync(context, context.Trusts.Where(row => row.Id == id && row.FetchAt != null && (row.FetchedAt == null || row.FetchedAt <= before || row.FetchedAt > now)), now, cancellationToken);
    }

    public async Task<IReadOnlyList<string>> FindEndedHoldsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using StoreContext context = database.CreateContext();
        return await context.Trusts.Where(row => row.PendingUntil <= now).OrderBy(row => row.PendingUntil).Take(MaxAtOnce).Select(row => row.Id).ToListAsync(cancellationToken);
    }

    public async Task ScheduleAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        DateTimeOffset? next = at;
        await using StoreContext context = database.CreateContext();
        await context.Trusts.Where(row => row.Id == id && row.FetchAt != null).ExecuteUpdateAsync(row => row.SetProperty(trust => trust.FetchAt, next), cancellationToken);
    }

    private static async Task<bool> ClaimAsync(StoreContext context, IQueryable<TrustRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset? again = RefreshSchedule.Retry(now), fetched = now;
        return await rows.ExecuteUpdateAsync(row => row.SetProperty(trust => trust.FetchAt, again).SetProperty(trust => trust.FetchedAt, fetched), cancellationToken) == 1;
    }
}
