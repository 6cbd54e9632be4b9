using System.Data;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// Maintains the state row and drops expired keys, by the clock of the database unless it is far ahead of this node's.
/// Every node does so, one at a time, because the row is locked. Horizons never fall.
/// </summary>
internal sealed class ReplayMaintenance(
    TimeSpan clockSkew, TimeSpan timeout, ConfirmedMarks confirmed, ILogger logger, TimeProvider time) : IDisposable
{
    private const int TimeoutSeconds = 30;
    private const long ClockDifference = 60; // seconds between the clocks of two nodes, in either direction
    private const long LegacyMargin = 60_000; // milliseconds by which a node's clock may be behind the database's

    // milliseconds; if the database's clock is further ahead, this node's clock is used
    private const long MostAhead = 300_000;

    // Longer than an assertion of version 4 lives. Afterwards the horizon shows that the heartbeat has expired.
    private const long HeartbeatLife = 1_200_000; // milliseconds

    private const string Read = $"""
        SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, drop_horizon, legacy_horizon, started,
            {ReplaySchema.IsSameServer}
        """;

    private const string Beat =
        $"INSERT INTO {ReplaySchema.LegacyTable} (mark, companion, bucket) VALUES ($1, $1, $2)";

    private const string Raise = $"""
        UPDATE trusted_apps_replay_state SET
            start_horizon = GREATEST(start_horizon, $1), started = GREATEST(started, $4),
            created_horizon = CASE WHEN $1 > 0 THEN -1 ELSE created_horizon END, drop_horizon = GREATEST(drop_horizon, $2), legacy_horizon = GREATEST(legacy_horizon, $3),
            timeline = {ReplaySchema.CurrentTimeline}, system_identifier = {ReplaySchema.CurrentSystem}, table_oid = {ReplaySchema.CurrentTable}
        """;

    private readonly RecordedStart _recorded = new(time);
    private readonly SemaphoreSlim _raising = new(1); // one connection of this node at a time
    private bool _isFarAhead;

    /// <summary>Whether the clock of the database is too far ahead of this node's to count.</summary>
    public bool IsClockFarAhead => Volatile.Read(ref _isFarAhead);

    /// <summary>The exception for a database without the rows that this node needs.</summary>
    public static InvalidOperationException StateMissing() =>
        new("The database is another server than before, or the state row of the replay cache or the heartbeat of this node is missing: was the database restored? If the row is missing, restore the database, or let an application create a new one.");

    /// <summary>Raises horizons and drops expired keys if that is due.</summary>
    /// <param name="connection">A connection to the database, outside a transaction.</param>
    /// <param name="shift">Added to both clocks, for tests.</param>
    /// <param name="difference">Added to the database's clock, for tests.</param>
    /// <param name="cancellationToken">Cancelled when the cache is disposed.</param>
    public async Task RunAsync(
        NpgsqlConnection connection,
        TimeSpan shift,
        TimeSpan difference,
        CancellationToken cancellationToken
    )
    {
        State seen = await ReadAsync(connection, shift, difference, cancellationToken) ?? throw StateMissing();
        WarnOfClock(seen);
        if (seen.IsDue)
        {
            await _raising.WaitAsync(cancellationToken);
            try
            {
                await RaiseAsync(connection, seen, shift, difference, cancellationToken);
            }
            finally
            {
                _raising.Release();
            }
        }

        await BeatAsync(connection, seen, cancellationToken);
    }

    private async Task RaiseAsync(
        NpgsqlConnection connection,
        State seen,
        TimeSpan shift,
        TimeSpan difference,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(
            IsolationLevel.ReadCommitted,
            cancellationToken
        );
        await ExecuteAsync(
            connection,
            $"SET LOCAL statement_timeout = '{TimeoutSeconds}s'; SET LOCAL synchronous_commit = on",
            [],
            cancellationToken
        );

        // Another node may be maintaining, or was faster. This one waits for it only if no new entry can be added
        // before.
        if (!await TryLockAsync(connection, isPatient: !seen.IsServing, cancellationToken)) return;
        State? state = await ReadAsync(connection, shift, difference, cancellationToken);
        long timestamp = time.GetTimestamp();
        if (state is not { IsDue: true }) return;

        // Nodes verify by their own clocks, and the clock of the new server may be behind them.
        long latest = Math.Max(state.DatabaseNow, state.NodeNow);
        long? started = state.IsSameServer ? state.Reckoned : latest;
        long start = started is { } moment ? ((moment + 999) / 1000) + (long)Math.Ceiling(clockSkew.TotalSeconds) : 0;
        await ExecuteAsync(
            connection,
            Raise,
            [start, state.RaisedDrop, state.RaisedLegacy, started ?? -1],
            cancellationToken
        );
        int[] slots = ReplayRing.SlotsBetween(state.DropHorizon, state.RaisedDrop);
        if (slots.Length > 0) await EmptyAsync(connection, transaction, slots, cancellationToken);
        (Guid beat, long bucket) = NewHeartbeat(state);
        await ExecuteAsync(connection, Beat, [beat, bucket], cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        if (!state.IsSameServer)
        {
            _recorded.Set(latest, timestamp);
            logger.ReplayServerChanged(start - (state.NodeNow / 1000));
        }
        else if (started is { } raised)
        {
            _recorded.Raise(raised);
        }

        confirmed.Restart(beat, bucket); // what was lost is not missed again
        if (state.RaisedLegacy > state.LegacyHorizon)
        {
            await DropLegacyAsync(connection, state.RaisedLegacy, cancellationToken);
        }
    }

    private static async Task<bool> TryLockAsync(
        NpgsqlConnection connection,
        bool isPatient,
        CancellationToken cancellationToken
    )
    {
        string sql = $"SELECT true FROM trusted_apps_replay_state FOR UPDATE{(isPatient ? "" : " SKIP LOCKED")}";
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = TimeoutSeconds + 1 };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    // After the commit the row is a heartbeat: a database without it is not the one that confirmed it.
    private async Task BeatAsync(NpgsqlConnection connection, State state, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = ReplayTransaction.Create(connection, timeout);
        (Guid mark, long bucket) = NewHeartbeat(state);
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(Beat)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = mark },
                    new NpgsqlParameter<long> { TypedValue = bucket },
                },
            }
        );
        batch.AddCommit();
        await batch.ExecuteNonQueryAsync(cancellationToken);
        confirmed.SetHeartbeat(mark, bucket);
    }

    private static (Guid Mark, long Bucket) NewHeartbeat(State state) =>
        (Guid.NewGuid(), (Math.Max(state.Now, state.RaisedLegacy) + HeartbeatLife) / LegacyBatch.BucketMilliseconds);

    public void Dispose() => _raising.Dispose();

    // Logged once until the clock is right again.
    private void WarnOfClock(State seen)
    {
        if (Interlocked.Exchange(ref _isFarAhead, seen.IsFarAhead) || !seen.IsFarAhead) return;
        logger.ReplayClockAhead((seen.DatabaseNow - seen.NodeNow) / 1000);
    }

    // SingleUseBatch explains the locks. They are held until the transaction ends.
    private static async Task EmptyAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        int[] slots,
        CancellationToken cancellationToken
    )
    {
        foreach (int slot in slots)
        {
            await ExecuteAsync(
                connection,
                "SELECT pg_advisory_xact_lock($1, $2)",
                [ReplaySchema.LockClass, slot],
                cancellationToken
            );
        }

        string[] tables = Array.ConvertAll(slots, ReplaySchema.OnceOnlyTable);
        await transaction.SaveAsync("before", cancellationToken);
        try
        {
            await ExecuteAsync(connection, "SET LOCAL lock_timeout = '200ms'", [], cancellationToken);
            await ExecuteAsync(connection, $"TRUNCATE {string.Join(", ", tables)}", [], cancellationToken);
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // A long reader such as pg_dump prevents TRUNCATE, but not DELETE.
            await transaction.RollbackAsync("before", cancellationToken);
            foreach (string table in tables)
            {
                await ExecuteAsync(connection, $"DELETE FROM {table}", [], cancellationToken);
            }
        }
    }

    private static async Task DropLegacyAsync(
        NpgsqlConnection connection,
        long horizon,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SET LOCAL statement_timeout = '{TimeoutSeconds}s'", [], cancellationToken);
        await ExecuteAsync(
            connection,
            "DELETE FROM trusted_apps_replay_legacy WHERE bucket <= $1",
            [horizon / LegacyBatch.BucketMilliseconds],
            cancellationToken
        );
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<State?> ReadAsync(
        NpgsqlConnection connection,
        TimeSpan shift,
        TimeSpan difference,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        var sql = new StringBuilder(Read);
        confirmed.AppendTo(sql, command.Parameters);
        command.CommandText = sql.Append(" FROM trusted_apps_replay_state").ToString();
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        long started = reader.GetInt64(3);
        return new State(
            reader.GetInt64(0) + (long)(shift + difference).TotalMilliseconds,
            (time.GetUtcNow() + shift).ToUnixTimeMilliseconds(),
            reader.GetInt64(1),
            reader.GetInt64(2),
            started,
            _recorded.Reckon(started),
            reader.GetBoolean(4)
        );
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        object[] values,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = TimeoutSeconds + 1 };
        foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Clocks and the legacy horizon are milliseconds since 1970, the other horizon seconds.
    private sealed record State(
        long DatabaseNow, long NodeNow, long DropHorizon, long LegacyHorizon, long Started, long? ReckonedStart,
        bool IsSameServer)
    {
        public bool IsFarAhead => DatabaseNow > NodeNow + MostAhead;

        // Horizons never fall. If a clock that jumped ahead raised them once, they would reject everything until the
        // time it showed. A node whose own clock is behind raises them less than other nodes do, which is harmless.
        public long Now => IsFarAhead ? NodeNow : DatabaseNow;

        public long RaisedDrop => Math.Max(DropHorizon, ReplayRing.HorizonAt(Now / 1000));

        public long RaisedLegacy =>
            Math.Max(
                LegacyHorizon,
                ((Now - LegacyMargin) / LegacyBatch.BucketMilliseconds * LegacyBatch.BucketMilliseconds) - 1
            );

        // The start by the clock as it now stands, if that is later. It holds for all nodes, so it is never later than
        // the database's clock, and does not count while this node's clock is ahead of that.
        public long? Reckoned =>
            NodeNow <= DatabaseNow + (ClockDifference * 1000)
            && ReckonedStart is { } start
            && Math.Min(start, DatabaseNow) is var moment
            && moment > Started
                ? moment
                : null;

        public bool IsServing =>
            IsSameServer && Reckoned is null && Now / 1000 < DropHorizon + ReplayRing.Span - ClockDifference;

        public bool IsDue =>
            !IsSameServer || Reckoned is not null || RaisedDrop > DropHorizon || RaisedLegacy > LegacyHorizon;
    }
}
