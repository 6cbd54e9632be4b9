using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;

namespace TrustedApps.Storage.Trusts;

/// <summary>
/// Keeps the image of the trusts, and own keys, fresh: asks the database four times within the bound, and with PostgreSQL
/// at once when it says that something has changed.
/// </summary>
internal sealed class StoreRefresh(
    StoreDatabase database, TrustSnapshot image, IOptions<TrustedAppsStoreOptions> options, TimeProvider time, ILogger<TrustedAppsStore> logger,
    IEnumerable<DatabaseKeyStore> keyStores) : BackgroundService
{
    private const int QuestionsWithinBound = 4;

    private static readonly TimeSpan _beforeListeningAgain = TimeSpan.FromSeconds(1);

    private readonly DatabaseKeyStore? _keys = keyStores.SingleOrDefault(); // none where they are in a key file
    private int _isSilent; // 1 once it was said
    private object? _keysState; // of the image, when the keys were last looked at

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.StoreLoaded(database.Description, image.Count);
        try
        {
            await Task.WhenAll(AskAsync(stoppingToken), database.Postgres is { } postgres ? ListenAsync(postgres, stoppingToken) : Task.CompletedTask);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.MaxStaleness / QuestionsWithinBound, time);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await RefreshAsync(cancellationToken);
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await image.RefreshAsync(cancellationToken);
            if (_keys is not null && !ReferenceEquals(image.State, Volatile.Read(ref _keysState))) await RefreshKeysAsync(_keys, image.State, cancellationToken);
            if (Interlocked.Exchange(ref _isSilent, 0) == 1) logger.StoreAnswers(database.Description);
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested) // whatever it is: this loop goes on, and the image grows old meanwhile
        {
            if (Interlocked.Exchange(ref _isSilent, 1) == 0) logger.StoreSilent(database.Description, problem.GetBaseException().Message);
        }
    }

    private async Task RefreshKeysAsync(DatabaseKeyStore keys, object state, CancellationToken cancellationToken)
    {
        try
        {
            await keys.RefreshAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is InvalidOperationException or InvalidDataException) // another key folder on another node
        {
            logger.OwnKeysUnreadable(keys.Keys.Id, problem.Message);
        }

        Volatile.Write(ref _keysState, state);
    }

    // On a connection of its own. When it breaks, asking goes on, and listening begins again in a moment.
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
                    await RefreshAsync(cancellationToken); // first of all for what was said while nobody listened
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
