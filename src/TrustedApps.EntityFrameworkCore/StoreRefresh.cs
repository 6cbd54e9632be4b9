using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using TrustedApps.EntityFrameworkCore.Database;
using TrustedApps.EntityFrameworkCore.Keys;
using TrustedApps.EntityFrameworkCore.Trusts;

namespace TrustedApps.EntityFrameworkCore;

/// <summary>
/// Keeps the image of the trusts, and own keys, fresh: asks the database four times within the bound, and with PostgreSQL at once when it says that
/// something has changed.
/// </summary>
internal sealed class StoreRefresh(
    StoreDatabase database, TrustImage image, TrustedAppsStoreOptions options, TimeProvider time, ILogger<TrustedAppsStore> logger, IEnumerable<DatabaseKeyStore> keyStores) : BackgroundService
{
    private const int QuestionsWithinBound = 4;

    private readonly DatabaseKeyStore? _keys = keyStores.SingleOrDefault(); // none where they are in a key file
    private bool _isSilent;
    private long _keysSeen;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.StoreLoaded(database.Description, image.Count);
        try
        {
            await Task.WhenAll(AskAsync(stoppingToken), database.Postgres is { } postgres ? ListenAsync(postgres, stoppingToken) : Task.CompletedTask);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.MaxStaleness / QuestionsWithinBound, time);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await RefreshAsync(cancellationToken);
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await image.RefreshAsync(cancellationToken);
            if (_keys is not null && image.Seen != _keysSeen) await RefreshKeysAsync(_keys, image.Seen, cancellationToken);
            if (_isSilent) logger.StoreAnswers(database.Description);
            _isSilent = false;
        }
        catch (Exception problem) when (problem is DbException or TimeoutException or IOException)
        {
            if (!_isSilent) logger.StoreSilent(database.Description, problem.GetBaseException().Message);
            _isSilent = true;
        }
    }

    private async Task RefreshKeysAsync(DatabaseKeyStore keys, long seen, CancellationToken cancellationToken)
    {
        try
        {
            await keys.RefreshAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is InvalidOperationException or InvalidDataException) // another key folder on another node
        {
            logger.OwnKeysUnreadable(keys.Keys.Id, problem.Message);
        }

        _keysSeen = seen;
    }

    // On a connection of its own. When it breaks, asking goes on, and listening begins again with the next pace.
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
                    await connection.WaitAsync(cancellationToken);
                    await RefreshAsync(cancellationToken);
                }
            }
            catch (Exception problem) when (problem is DbException or TimeoutException or IOException)
            {
                await Task.Delay(options.MaxStaleness, time, cancellationToken);
            }
        }
    }
}
