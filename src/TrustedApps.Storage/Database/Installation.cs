using Microsoft.EntityFrameworkCore;

namespace TrustedApps.Storage.Database;

/// <summary>Whether a store begins with this process: then nothing can have been accepted before, and the replay memory need not wait.</summary>
internal sealed class Installation(StoreDatabase database)
{
    private int _isNew;

    /// <summary>Whether this process has found nothing in the store.</summary>
    public bool IsNew => Volatile.Read(ref _isNew) == 1;

    /// <summary>Records it in the database, in the transaction that makes the first entry.</summary>
    public async Task RecordNewAsync(StoreContext context, CancellationToken cancellationToken)
    {
        if (database.Postgres is not null) await context.Database.ExecuteSqlRawAsync(NewReplayState, cancellationToken);
    }

    /// <summary>Says that the transaction was committed.</summary>
    public void Begin() => Volatile.Write(ref _isNew, 1);

    // Undoes what the creation of the schema has set, and nothing that a fail-over or an administrator has set since.
    private const string NewReplayState = "UPDATE trusted_apps_replay_state SET start_horizon = 0, started = -1 WHERE start_horizon = created_horizon";
}
