using Microsoft.Extensions.Logging;
using Npgsql;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// Maintains the state row and drops expired keys, by the clock of the database unless it is far ahead of this node's.
/// Every node does so, one at a time, because the row is locked. Horizons never fall.
/// </summary>
internal sealed class ReplayMaintenance(TimeSpan clockSkew, ILogger logger, TimeProvider time)
{
    private const int TimeoutSeconds = 30;
    private const long ClockDifference = 60; // seconds between the clocks of two nodes, in either direction
    private const long LegacyMargin = 60_000; // milliseconds by which a node's clock may be behind the database's

    // milliseconds; if the database's clock is further ahead, this node's clock is used
    private const long MostAhead = 300_000;

    private const string Read = $"""
        SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, drop_horizon, legacy_horizon,
            timeline = {ReplaySchema.CurrentTimeline} AND system_identifier = {ReplaySchema.CurrentSystem} AND table_oid = {ReplaySchema.CurrentTable}
        FROM trusted_apps_replay_state
        """;

    private const string Raise = $"""
        UPDATE trusted_apps_replay_state SET
            start_horizon = GREATEST(start_horizon, $1), started = GREATEST(started, $4),
            created_horizon = CASE WHEN $1 > 0 THEN -1 ELSE created_horizon END, drop_horizon = GREATEST(drop_horizon, $2), legacy_horizon = GREATEST(legacy_horizon, $3),
            timeline = {ReplaySchema.CurrentTimeline}, system_identifier = {ReplaySchema.CurrentSystem}, table_oid = {ReplaySchema.CurrentTable}
        """;

    private bool _isFarAhead;

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
        State seen =
            await ReadAsync(connection, Read, shift, difference, cancellationToken)
            ?? throw new InvalidOperationException(
                "The state row of the replay cache is missing: restore the database, or let an application create a new one."
            );
        WarnOfClock(seen);
        if (!seen.IsDue) return;

        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SET LOCAL statement_timeout = '{TimeoutSeconds}s'", [], cancellationToken);

        // Another node may be maintaining, or was faster. This one waits for it only if no new entry can be added
        // before.
        string locking = seen.IsServing ? " FOR UPDATE SKIP LOCKED" : " FOR UPDATE";
        State? state = await ReadAsync(connection, Read + locking, shift, difference, cancellationToken);
        if (state is not { IsDue: true }) return;

        // Nodes verify by their own clocks, and the clock of the new server may be behind them.
        long latest = Math.Max(state.DatabaseNow, state.NodeNow);
        long start = state.IsSameServer ? 0 : ((latest + 999) / 1000) + (long)Math.Ceiling(clockSkew.TotalSeconds);
        await ExecuteAsync(
            connection,
            Raise,
            [start, state.RaisedDrop, state.RaisedLegacy, state.IsSameServer ? -1 : latest],
            cancellationToken
        );
        int[] slots = ReplayRing.SlotsBetween(state.DropHorizon, state.RaisedDrop);
        if (slots.Length > 0) await EmptyAsync(connection, transaction, slots, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        if (start > 0) logger.ReplayServerChanged(start - (state.NodeNow / 1000));
        if (state.RaisedLegacy > state.LegacyHorizon)
        {
            await DropLegacyAsync(connection, state.RaisedLegacy, cancellationToken);
        }
    }

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
        string sql,
        TimeSpan shift,
        TimeSpan difference,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand command = new(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        return new State(
            reader.GetInt64(0) + (long)(shift + difference).TotalMilliseconds,
            (time.GetUtcNow() + shift).ToUnixTimeMilliseconds(),
            reader.GetInt64(1),
            reader.GetInt64(2),
            reader.GetBoolean(3)
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
    private sealed record State(long DatabaseNow, long NodeNow, long DropHorizon, long LegacyHorizon, bool IsSameServer)
    {
        public bool IsFarAhead => DatabaseNow > NodeNow + MostAhead;

        // Horizons never fall. If a clock that jumped ahead raised them once, they would reject everything until the
        // time it showed. A node whose own clock is behind raises them less than other nodes do, which is harmless.
        private long Now => IsFarAhead ? NodeNow : DatabaseNow;

        public long RaisedDrop => Math.Max(DropHorizon, ReplayRing.HorizonAt(Now / 1000));

        public long RaisedLegacy =>
            Math.Max(
                LegacyHorizon,
                ((Now - LegacyMargin) / LegacyBatch.BucketMilliseconds * LegacyBatch.BucketMilliseconds) - 1
            );

        public bool IsServing => IsSameServer && Now / 1000 < DropHorizon + ReplayRing.Span - ClockDifference;

        public bool IsDue => !IsSameServer || RaisedDrop > DropHorizon || RaisedLegacy > LegacyHorizon;
    }
}
