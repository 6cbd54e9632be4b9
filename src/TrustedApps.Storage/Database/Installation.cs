namespace TrustedApps.Storage.Database;

/// <summary>
/// Whether this process created the first entry of a store. If so, no request can have been accepted before, and the
/// replay cache need not wait.
/// </summary>
internal sealed class Installation
{
    private int _isNew;

    /// <summary>Whether the store was empty before this process.</summary>
    public bool IsNew => Volatile.Read(ref _isNew) == 1;

    /// <summary>Records it in the database, in the transaction that makes the first entry.</summary>
    public static async Task RecordNewAsync(StoreConnection connection, CancellationToken cancellationToken)
    {
        if (connection.IsSqlite) return; // its replay cache is in the process

        // Reverts the horizon that the creation of the schema has set, but not one that a fail-over or an administrator
        // has set since.
        await connection.ExecuteAsync(
            $"UPDATE trusted_apps_replay_state SET start_horizon = 0, started = -1 WHERE start_horizon = created_horizon",
            cancellationToken
        );
    }

    /// <summary>Called once that transaction is committed.</summary>
    public void Begin() => Volatile.Write(ref _isNew, 1);
}
