using Microsoft.Extensions.Logging;
using Npgsql;
using TrustedApps.Hosting;
using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// The replay cache that the nodes of a provider share in PostgreSQL. A cache in the node comes first, and limits how
/// much the node adds. If the database does not answer, the result is Unavailable. The cache recovers when the database
/// does.
/// </summary>
internal sealed class PostgresReplayCache : IReplayCache, IHealthSource, IAsyncDisposable
{
    private static readonly TimeSpan _maintenanceInterval = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly PostgresReplayOptions _options;
    private readonly TimeProvider _time;
    private readonly InMemoryReplayCache _front;
    private readonly ConfirmedMarks _confirmed = new();
    private readonly ReplayMaintenance _maintenance;
    private readonly ReplayHealth _health;
    private readonly ReplayHealth _maintenanceHealth;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _maintaining;
    private bool _isDisposed;

    /// <summary>Makes the cache of one node and starts its writers. The tables must exist.</summary>
    /// <param name="source">
    /// The database. The caller disposes it. Its pool must have room for <see cref="PostgresReplayOptions.Writers"/>
    /// connections and two more, which the cache holds until it is disposed.
    /// </param>
    /// <param name="logger">The log.</param>
    /// <param name="options">Limits and times; null for the defaults.</param>
    /// <param name="time">
    /// The clock of time-outs and of the interval of maintenance. Keys expire by the clock of the database, unless it
    /// is far ahead of this one.
    /// </param>
    public PostgresReplayCache(
        NpgsqlDataSource source,
        ILogger<PostgresReplayCache> logger,
        PostgresReplayOptions? options = null,
        TimeProvider? time = null
    )
    {
        (_source, _options, _time) = (source, options ?? new PostgresReplayOptions(), time ?? TimeProvider.System);
        // the database records the start
        _front = new InMemoryReplayCache(_options.Front with { IsNewInstallation = true }, _time);
        _maintenance = new ReplayMaintenance(_options.ClockSkew, _options.Timeout, _confirmed, logger, _time);
        _health = new ReplayHealth(problem => LogLoss(logger, problem), logger.ReplayStoreBack);
        _maintenanceHealth = new ReplayHealth(
            problem => logger.ReplayMaintenanceFailed(problem.Message),
            logger.ReplayMaintenanceBack
        );
        OnceOnly = new ReplayWriter(
            _options.Writers,
            ConnectAsync,
            SingleUseBatch.WriteAsync,
            _confirmed,
            _health,
            _options,
            _time
        );
        Legacy = new ReplayWriter(1, ConnectAsync, LegacyBatch.WriteAsync, _confirmed, _health, _options, _time);
        _maintaining = Task.Run(MaintainAsync);
    }

    internal ReplayWriter OnceOnly { get; }

    internal ReplayWriter Legacy { get; }

    /// <inheritdoc/>
    public async ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken)
    {
        if (record.ApplicationId is null)
        {
            throw new ArgumentException("The default value is not a valid entry.", nameof(record));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (record.IsSingleUse)
        {
            if (!ReplayRing.CanHold(record)) return new(ReplayStatus.Unavailable);

            // A key in the local cache is a replay even if the database write failed or timed out.
            ReplayResult known = await _front.TryAddAsync(record, cancellationToken);
            return known.Status == ReplayStatus.First ? await OnceOnly.AskAsync(record, cancellationToken) : known;
        }

        // A repetition may be accepted, so the local cache holds only what the database has confirmed.
        if (_front.Find(record) is { } found) return found;
        ReplayResult answer = await Legacy.AskAsync(record, cancellationToken);
        if (answer.Status is ReplayStatus.First or ReplayStatus.Repeated)
        {
            await _front.TryAddAsync(record, CancellationToken.None);
        }

        return answer;
    }

    /// <inheritdoc/>
    public IEnumerable<HealthReading> ReadHealth()
    {
        const string Name = "replay_cache:database_answers", Clock = "replay_cache:database_clock_agrees";
        yield return _health.IsLost
            ? HealthReading.Unhealthy(
                Name,
                false,
                "The database of the shared replay cache does not answer, so trusted requests are refused with UNAVAILABLE: check that PostgreSQL runs and that this host reaches it (events 60 and 66).")
            : _maintenanceHealth.IsLost
            ? HealthReading.Degraded(
                Name,
                true,
                "Expired replay keys cannot be dropped from the database: event 62 gives the reason.")
            : HealthReading.Healthy(Name, true);
        yield return _maintenance.IsClockFarAhead
            ? HealthReading.Degraded(
                Clock,
                false,
                "The clock of the database is more than 5 minutes ahead of this host's: synchronize both hosts (NTP).")
            : HealthReading.Healthy(Clock, true);
        foreach (HealthReading reading in ((IHealthSource)_front).ReadHealth()) yield return reading;
    }

    /// <summary>Maintains once, with all clocks shifted; for tests.</summary>
    internal Task MaintainAsync(TimeSpan shift, CancellationToken cancellationToken) =>
        MaintainAsync(shift, TimeSpan.Zero, cancellationToken);

    /// <summary>
    /// Maintains once, with all clocks shifted, and the database's clock by a further difference; for tests.
    /// </summary>
    internal async Task MaintainAsync(TimeSpan shift, TimeSpan difference, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken);
        await _maintenance.RunAsync(connection, shift, difference, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;

        await _stopping.CancelAsync();
        await OnceOnly.DisposeAsync();
        await Legacy.DisposeAsync();
        await _maintaining;
        _maintenance.Dispose();
        _stopping.Dispose();
    }

    // A new connection may lead to another server. Maintenance finds out, before the connection is used.
    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            await _maintenance.RunAsync(connection, TimeSpan.Zero, TimeSpan.Zero, cancellationToken);
            return connection;
        }
        catch (Exception problem) when (ReplaySession.IsOutage(problem))
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task MaintainAsync()
    {
        NpgsqlConnection? connection = null;
        using var timer = new PeriodicTimer(_maintenanceInterval, _time);
        while (!_stopping.IsCancellationRequested)
        {
            (int begun, int maintenanceBegun) = (_health.Begin(), _maintenanceHealth.Begin());
            try
            {
                connection ??= await _source.OpenConnectionAsync(_stopping.Token);
                await _maintenance.RunAsync(connection, TimeSpan.Zero, TimeSpan.Zero, _stopping.Token);
                _health.Succeeded(begun);
                _maintenanceHealth.Succeeded(maintenanceBegun);
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception problem) when (ReplaySession.IsOutage(problem))
            {
                // The server answers, with an error. Requests can still be answered.
                (problem is PostgresException { IsTransient: false } ? _maintenanceHealth : _health).Failed(problem);
                if (connection is not null) await connection.DisposeAsync();
                connection = null;
                await WaitAsync(timer);
            }
        }

        if (connection is not null) await connection.DisposeAsync();
    }

    private static void LogLoss(ILogger logger, Exception problem)
    {
        // The class 57P: the server ends, or has just begun.
        bool isError = problem is InvalidOperationException
            || (problem is PostgresException { SqlState: { } state } && !state.StartsWith("57P", StringComparison.Ordinal));
        if (isError) logger.ReplayStoreFailed(problem.Message);
        else logger.ReplayStoreLost(problem.Message);
    }

    private async Task WaitAsync(PeriodicTimer timer)
    {
        try
        {
            await timer.WaitForNextTickAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }
}
