using Microsoft.EntityFrameworkCore;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Certificates;

/// <summary>Which certificates are to be fetched again, and by which node: whoever moves the time of a fetch makes it (specification version-4.md, section 2).</summary>
internal sealed class CertificateFetches(StoreDatabase database, TimeProvider time)
{
    private const int MaxAtOnce = 100;

    private static readonly TimeSpan _afterFailure = TimeSpan.FromHours(1);
    private static readonly TimeSpan _suspicionInterval = TimeSpan.FromMinutes(5);

    /// <summary>Ids of applications whose certificates this node is to fetch now.</summary>
    public async Task<IReadOnlyList<string>> ClaimDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using StoreContext context = database.CreateContext();
        List<string> due = await context.Trusts.Where(row => row.FetchAt <= now).OrderBy(row => row.FetchAt).Take(MaxAtOnce).Select(row => row.Id).ToListAsync(cancellationToken);
        var claimed = new List<string>();
        foreach (string id in due)
        {
            if (await ClaimAsync(context, context.Trusts.Where(row => row.Id == id && row.FetchAt <= now), now, cancellationToken)) claimed.Add(id);
        }

        return claimed;
    }

    /// <summary>A grant named an unknown key: whether this node is to fetch the certificate; at most once in 5 minutes over all nodes.</summary>
    public async Task<bool> ClaimSuspectAsync(string id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow(), before = now - _suspicionInterval;
        await using StoreContext context = database.CreateContext();
        return await ClaimAsync(context, context.Trusts.Where(row => row.Id == id && row.FetchAt != null && (row.FetchedAt == null || row.FetchedAt <= before || row.FetchedAt > now)), now, cancellationToken);
    }

    /// <summary>Ids of applications with a replacement whose hold has passed.</summary>
    public async Task<IReadOnlyList<string>> FindHoldsToEndAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using StoreContext context = database.CreateContext();
        return await context.Trusts.Where(row => row.PendingUntil <= now).OrderBy(row => row.PendingUntil).Take(MaxAtOnce).Select(row => row.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The certificate was fetched: the next time is a day from now.</summary>
    public async Task SucceedAsync(string id, CancellationToken cancellationToken)
    {
        DateTimeOffset? next = TrustRows.NextFetch(time.GetUtcNow());
        await using StoreContext context = database.CreateContext();
        await context.Trusts.Where(row => row.Id == id && row.FetchAt != null).ExecuteUpdateAsync(row => row.SetProperty(trust => trust.FetchAt, next), cancellationToken);
    }

    private static async Task<bool> ClaimAsync(StoreContext context, IQueryable<TrustRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset? again = now + _afterFailure, fetched = now;
        return await rows.ExecuteUpdateAsync(row => row.SetProperty(trust => trust.FetchAt, again).SetProperty(trust => trust.FetchedAt, fetched), cancellationToken) == 1;
    }
}
