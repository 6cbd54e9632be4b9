using Microsoft.EntityFrameworkCore;

namespace TrustedApps.EntityFrameworkCore.Database;

/// <summary>Whether a store begins with this process: then nothing can have been accepted before, and the replay memory need not wait.</summary>
internal sealed class Installation(StoreDatabase database)
{
    private int _isNew;

    /// <summary>Whether this process has found nothing in the store.</summary>
    public bool IsNew => Volatile.Read(ref _isNew) == 1;

    /// <summary>Records it, in the transaction that makes the first entry.</summary>
    public async Task RecordNewAsync(StoreContext context, CancellationToken cancellationToken)
    {
        if (database.Postgres is not null) await context.Database.ExecuteSqlRawAsync(NewReplayState, cancellationToken);
        Volatile.Write(ref _isNew, 1);
    }

    private const string NewReplayState = "UPDATE trusted_apps_replay_state SET start_horizon = 0, started = -1";
}
