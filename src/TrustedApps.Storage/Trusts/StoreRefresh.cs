using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using TrustedApps.Hosting;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;

namespace TrustedApps.Storage.Trusts;

/// <summary>
/// Keeps the snapshot of the trusts, and own keys, fresh: polls the database four times within the bound, and with
/// PostgreSQL listens for changes. Has own keys read and rotated beside that: trusts do not wait for it.
/// </summary>
internal sealed class StoreRefresh(
    StoreDatabase database, TrustSnapshot snapshot, IOptions<TrustedAppsStoreOptions> options, TimeProvider time,
    ILogger<TrustedAppsStore> logger, IEnumerable<DatabaseKeyStore> keyStores)
    : BackgroundService, ITrustedRequestObserver
{
    private const int PollsWithinBound = 4;
    private const string UnreadableGrant = "grant.unreadable";

    private static readonly TimeSpan _beforeListeningAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenHints = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenMaintenance = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Channel<object> _states = Channel.CreateBounded<object>( // of the snapshot, with other keys maybe
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly DatabaseKeyStore? _keys = keyStores.SingleOrDefault(); // none if they are in a key file
    private long _hintedAt; // time stamp of the last hint; 0 for none
    private int _isSilent; // 1 once the log says so
    private object? _keysState; // of the snapshot, when the keys were last read

    /// <summary>
    /// Takes a genuine key grant that does not open for a hint that another node has new keys: after a restored backup
    /// they are in use at once.
    /// </summary>
    public void Observe(in ObservedRequest request, in Verdict verdict)
    {
        if (_keys is null || verdict.Rejection?.ReasonId != UnreadableGrant) return;
        long now = time.GetTimestamp(), last = Interlocked.Exchange(ref _hintedAt, now);
        // at most once a second: a trusted application may be broken, or hostile
        if (last == 0 || time.GetElapsedTime(last, now) >= _betweenHints) _hints.Writer.TryWrite(true);
        else Volatile.Write(ref _hintedAt, last);
    }

    // The authentication scheme loads the store before the host starts. A host without a scheme does not.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!snapshot.IsLoaded)
        {
            await StoreSchema.Current.UpgradeAsync(database, cancellationToken);
            await snapshot.RefreshAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.StoreLoaded(database.Description, snapshot.Count);
        try
        {
            Task listening = database.Postgres is { } postgres
                ? ListenAsync(postgres, stoppingToken)
                : Task.CompletedTask;
            Task keys = _keys is null
                ? Task.CompletedTask
                : Task.WhenAll(ReadKeysAsync(_keys, stoppingToken), MaintainKeysAsync(_keys, stoppingToken));
            await Task.WhenAll(PollAsync(stoppingToken), FollowHintsAsync(stoppingToken), keys, listening);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.MaxStaleness / PollsWithinBound, time);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await RefreshAsync(cancellationToken);
    }

    private async Task FollowHintsAsync(CancellationToken cancellationToken)
    {
        await foreach (bool _ in _hints.Reader.ReadAllAsync(cancellationToken)) await RefreshAsync(cancellationToken);
    }

    private async Task MaintainKeysAsync(DatabaseKeyStore keys, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_betweenMaintenance, time);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await keys.MaintainAsync(cancellationToken);
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await snapshot.RefreshAsync(cancellationToken);
            object state = snapshot.State;
            if (!ReferenceEquals(state, Volatile.Read(ref _keysState))) _states.Writer.TryWrite(state);
            if (Interlocked.Exchange(ref _isSilent, 0) == 1) logger.StoreAnswers(database.Description);
        }
        // polling continues; meanwhile the snapshot ages
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            if (Interlocked.Exchange(ref _isSilent, 1) == 0)
            {
                logger.StoreSilent(database.Description, problem.GetBaseException().Message);
            }
        }
    }

    private async Task ReadKeysAsync(DatabaseKeyStore keys, CancellationToken cancellationToken)
    {
        await foreach (object state in _states.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await keys.RefreshAsync(cancellationToken);
                Volatile.Write(ref _keysState, state);
            }
            // another key folder on another node
            catch (Exception problem) when (problem is InvalidOperationException or InvalidDataException)
            {
                logger.OwnKeysUnreadable(keys.Id, problem.Message);
                Volatile.Write(ref _keysState, state);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The database failed: the next poll asks again, and says so if that fails.
            }
        }
    }

    // On a connection of its own. When it breaks, polling continues, and listening begins again in a moment.
    private async Task ListenAsync(NpgsqlDataSource postgres, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using NpgsqlConnection connection = await postgres.OpenConnectionAsync(cancellationToken);
                await using var listen = new NpgsqlCommand($"LISTEN {StoreWriter.Channel}", connection);
                await listen.ExecuteNonQueryAsync(cancellationToken);
                while (true)
                {
                    await RefreshAsync(cancellationToken); // the first time for changes before listening began
                    await connection.WaitAsync(cancellationToken);
                }
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(_beforeListeningAgain, time, cancellationToken);
            }
        }
    }
}
