using System.Data;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace TrustedApps.Storage.Database;

/// <summary>
/// Makes changes, one after the other: each takes the next number, and locks the row of the number until it is
/// committed. A node that has read the changes up to a number has therefore missed none before it.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="committed">
/// Called after each change, so that this node reads it; null where nothing is kept in memory.
/// </param>
/// <param name="logger">The log of administrators' changes; null for none.</param>
internal sealed class StoreWriter(
    StoreDatabase database,
    Func<CancellationToken, Task>? committed = null,
    ILogger? logger = null
)
{
    /// <summary>The channel on which nodes with PostgreSQL listen for changes.</summary>
    public const string Channel = "trusted_apps_changes";

    private const int MarksKept = 10_000; // a node that is further behind reads everything

    /// <summary>Makes a change.</summary>
    /// <param name="change">Makes it; its second argument is the number of the change.</param>
    /// <param name="cancellationToken">
    /// Ends it. If that happens during the commit, the change may have been made or not.
    /// </param>
    public async Task<T> WriteAsync<T>(Func<StoreConnection, long, Task<T>> change, CancellationToken cancellationToken)
    {
        T result;
        await using (StoreConnection connection = await database.OpenAsync(cancellationToken))
        {
            // The server may have other defaults for both settings. SQLite has one isolation only.
            await connection.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
            if (!connection.IsSqlite)
            {
                await connection.ExecuteAsync($"SET LOCAL synchronous_commit = on", cancellationToken);
            }

            long number = await connection.ReadNumberAsync(
                $"UPDATE trusted_apps_changes SET number = number + 1 RETURNING number", cancellationToken);
            await MarkAsync(connection, number, cancellationToken);
            result = await change(connection, number);
            if (!connection.IsSqlite)
            {
                await connection.ExecuteAsync($"NOTIFY {new SqlFragment(Channel)}", cancellationToken);
            }

            await connection.CommitAsync(cancellationToken);
            logger?.Audited(connection.Audited);
        }

        await RefreshAsync(cancellationToken);
        return result;
    }

    // The number alone does not distinguish two histories: after a restored backup, or a fail-over to a replica that
    // lacked changes, the same number belongs to another change.
    private static async Task MarkAsync(StoreConnection connection, long number, CancellationToken cancellationToken)
    {
        string mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        long oldest = number - MarksKept;
        await connection.ExecuteAsync(
            $"DELETE FROM trusted_apps_change_marks WHERE number < {oldest} OR number >= {number}", cancellationToken);
        await connection.ExecuteAsync(
            $"INSERT INTO trusted_apps_change_marks (number, mark) VALUES ({number}, {mark})", cancellationToken);
    }

    // This node has read the change when the caller continues. If the database fails now, this node reads the change
    // later, like the other nodes: it is committed.
    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (committed is null) return;
        try
        {
            await committed(cancellationToken);
        }
        catch (Exception problem)
            when (problem is DbException or TimeoutException or IOException or OperationCanceledException)
        {
            // See above.
        }
    }
}
