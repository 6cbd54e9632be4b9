using System.Data;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace TrustedApps.Storage.Database;

/// <summary>
/// Makes changes, one after the other: each takes the next number, and holds the row it comes from until it is committed.
/// So whoever has read up to a number has missed none before it.
/// </summary>
internal sealed class StoreWriter(StoreDatabase database)
{
    /// <summary>What nodes on PostgreSQL listen to.</summary>
    public const string Channel = "trusted_apps_changes";

    private const int MarksKept = 10_000; // a node that is further behind reads all

    /// <summary>Called once a change is committed, so that this node knows it when the change returns.</summary>
    public Func<CancellationToken, Task>? Committed { get; init; }

    /// <summary>Makes a change.</summary>
    /// <param name="change">Makes it; its second argument is the number.</param>
    /// <param name="cancellationToken">Ends it. Where it ended while it was being committed, nobody knows whether it was made.</param>
    public async Task<T> WriteAsync<T>(Func<StoreContext, long, Task<T>> change, CancellationToken cancellationToken)
    {
        T result;
        await using (StoreContext context = database.CreateContext())
        {
            await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken); // whatever the server's default is; SQLite has one only
            if (database.Postgres is not null) await context.Database.ExecuteSqlRawAsync("SET LOCAL synchronous_commit = on", cancellationToken); // whatever the server's default is
            List<long> numbers = await context.Database
                .SqlQuery<long>($"""UPDATE trusted_apps_changes SET number = number + 1 RETURNING number AS "Value" """)
                .ToListAsync(cancellationToken);
            await MarkAsync(context, numbers.Single(), cancellationToken);
            result = await change(context, numbers.Single());
            await context.SaveChangesAsync(cancellationToken);
            if (database.Postgres is not null) await context.Database.ExecuteSqlRawAsync($"NOTIFY {Channel}", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await TellAsync(cancellationToken);
        return result;
    }

    // A number alone does not tell one history from another: after a restored backup, or a fail-over to a replica that
    // lacked changes, the same number belongs to another change.
    private static async Task MarkAsync(StoreContext context, long number, CancellationToken cancellationToken)
    {
        string mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        long oldest = number - MarksKept;
        await context.Database.ExecuteSqlAsync($"DELETE FROM trusted_apps_change_marks WHERE number < {oldest} OR number >= {number}", cancellationToken);
        await context.Database.ExecuteSqlAsync($"INSERT INTO trusted_apps_change_marks (number, mark) VALUES ({number}, {mark})", cancellationToken);
    }

    // The change is made: should the database fall silent now, this node hears of it like the others.
    private async Task TellAsync(CancellationToken cancellationToken)
    {
        if (Committed is not { } committed) return;
        try
        {
            await committed(cancellationToken);
        }
        catch (Exception problem) when (problem is DbException or TimeoutException or IOException or OperationCanceledException)
        {
            // See above.
        }
    }
}
