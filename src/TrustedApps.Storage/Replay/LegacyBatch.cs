using System.Globalization;
using Npgsql;
using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>Writes replay keys of versions 1 to 3 and Warwick to the database, many in one round trip.</summary>
/// <remarks>
/// An entry with two keys is written with both or not at all. Therefore the batches of all nodes take turns: each holds
/// an advisory lock until it has committed. The second statement, under READ COMMITTED, then sees everything that
/// earlier batches have written. Expiry needs no lock: the horizon is committed before the DELETE begins, so a
/// statement that does not see the deleted keys does see the horizon.
/// </remarks>
internal static class LegacyBatch
{
    public const long BucketMilliseconds = 60_000;

    // An application whose entries cannot share a statement must not delay the others for long.
    private const int MaxPasses = 4;

    private static readonly ReplayResult _later = new(ReplayStatus.Unavailable, TimeSpan.FromSeconds(1));

    private const string TakeLock = "SELECT pg_advisory_xact_lock($1, $2)";

    private static readonly string _addEntries = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        WITH known AS MATERIALIZED (
            SELECT asked.*, (SELECT kept.companion FROM trusted_apps_replay_legacy kept WHERE kept.mark = asked.mark) AS kept
            FROM unnest($1::integer[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[]) AS asked (record, mark, companion, until, since)),
        verdict AS MATERIALIZED (
            SELECT known.record,
                bool_or(known.until <= state.legacy_horizon OR known.kept <> known.companion) IS TRUE AS conflicts,
                bool_and(known.kept IS NULL) AS is_first,
                bool_or(known.since <= state.started) AS is_starting,
                state.started
            FROM known, trusted_apps_replay_state state
            WHERE EXISTS (SELECT 1 FROM {ReplaySchema.LegacyTable} beat WHERE beat.mark = $6)
            GROUP BY known.record, state.started),
        written AS (
            INSERT INTO trusted_apps_replay_legacy (mark, companion, bucket)
            SELECT known.mark, known.companion, known.until / {BucketMilliseconds}
            FROM known JOIN verdict USING (record) WHERE known.kept IS NULL AND NOT verdict.conflicts AND NOT verdict.is_starting)
        SELECT record, conflicts, is_first, is_starting, started FROM verdict
        """
    );

    public static async Task WriteAsync(
        NpgsqlConnection connection,
        List<ReplayRequest> requests,
        Guid heartbeat,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        // One statement decides entries without a common key. Identical entries share the decision. Other entries with
        // a common key wait for the next statement, unless this one has stored that key with another companion.
        List<Identical> waiting = [.. requests.GroupBy(Marks.Of).Select(group => new Identical(group.Key, [.. group]))];
        for (int pass = 0; pass < MaxPasses && waiting.Count > 0; pass++)
        {
            var taken = new HashSet<Guid>();
            List<Identical> apart =
            [
                .. waiting.Where(one =>
                    !Array.Exists(one.Marks.Keys, taken.Contains) && Array.TrueForAll(one.Marks.Keys, taken.Add)
                ),
            ];
            Dictionary<Guid, Guid> held = await WriteApartAsync(
                connection, apart, heartbeat, timeout, cancellationToken);
            waiting = [.. waiting.Except(apart).Where(one => !one.IsAbandoned)];
            foreach (Identical one in waiting.Where(one => one.Marks.ConflictWith(held)))
            {
                one.Complete(new ReplayResult(ReplayStatus.Conflicting));
            }

            waiting.RemoveAll(one => one.Marks.ConflictWith(held));
        }

        foreach (Identical one in waiting) one.Complete(_later);
    }

    // Returns the keys that are in the table for certain, and their companions. A rejected entry proves nothing about
    // its keys.
    private static async Task<Dictionary<Guid, Guid>> WriteApartAsync(
        NpgsqlConnection connection,
        List<Identical> apart,
        Guid heartbeat,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        (int Record, int Mark)[] rows =
        [
            .. apart.SelectMany((one, record) => one.Marks.Keys.Select((_, mark) => (record, mark))),
        ];

        await using NpgsqlBatch batch = ReplayTransaction.Create(connection, timeout);
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(TakeLock)
            {
                Parameters =
                {
                    new NpgsqlParameter<int> { TypedValue = ReplaySchema.LockClass },
                    new NpgsqlParameter<int> { TypedValue = ReplaySchema.LegacyLock },
                },
            }
        );
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(_addEntries)
            {
                Parameters =
                {
                    new NpgsqlParameter<int[]> { TypedValue = Array.ConvertAll(rows, row => row.Record) },
                    new NpgsqlParameter<Guid[]>
                    {
                        TypedValue = Array.ConvertAll(rows, row => apart[row.Record].Marks.Keys[row.Mark]),
                    },
                    new NpgsqlParameter<Guid[]>
                    {
                        TypedValue = Array.ConvertAll(rows, row => apart[row.Record].Marks.Companions[row.Mark]),
                    },
                    new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(rows, row => apart[row.Record].Until) },
                    new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(rows, row => apart[row.Record].Since) },
                    new NpgsqlParameter<Guid> { TypedValue = heartbeat },
                },
            }
        );
        batch.AddCommit();

        var answers = new List<(Identical, ReplayStatus, long)>(apart.Count);
        await using (NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken); // from the settings to the lock
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                ReplayStatus status = 0 switch
                {
                    _ when reader.GetBoolean(1) => ReplayStatus.Conflicting,
                    _ when reader.GetBoolean(3) => ReplayStatus.Starting,
                    _ when reader.GetBoolean(2) => ReplayStatus.First,
                    _ => ReplayStatus.Repeated,
                };
                answers.Add((apart[reader.GetInt32(0)], status, reader.GetInt64(4)));
            }

            // Read to the end: the results arrive before the commit, which may fail.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }
        }

        if (answers.Count != apart.Count)
        {
            throw ReplayMaintenance.StateMissing();
        }

        var held = new Dictionary<Guid, Guid>();
        foreach ((Identical one, ReplayStatus status, long started) in answers)
        {
            one.Complete(status, started);
            if (status is not (ReplayStatus.First or ReplayStatus.Repeated)) continue;
            for (int mark = 0; mark < one.Marks.Keys.Length; mark++)
            {
                held[one.Marks.Keys[mark]] = one.Marks.Companions[mark];
            }
        }

        return held;
    }

    private sealed record Marks(Guid[] Keys, Guid[] Companions)
    {
        public static Marks Of(ReplayRequest request)
        {
            ReadOnlySpan<ReplayKey> marks = request.Record.Marks;
            (Guid[] keys, Guid[] companions) = (new Guid[marks.Length], new Guid[marks.Length]);
            for (int index = 0; index < marks.Length; index++)
            {
                keys[index] = ReplaySession.ToGuid(request.KeyOf(index));
                companions[index] = ReplaySession.ToGuid(marks[index].BoundTo);
            }

            return new Marks(keys, companions);
        }

        public bool ConflictWith(Dictionary<Guid, Guid> held)
        {
            for (int mark = 0; mark < Keys.Length; mark++)
            {
                if (held.TryGetValue(Keys[mark], out Guid companion) && companion != Companions[mark]) return true;
            }

            return false;
        }

        public bool Equals(Marks? other) =>
            other is not null
            && Keys.AsSpan().SequenceEqual(other.Keys)
            && Companions.AsSpan().SequenceEqual(other.Companions);

        public override int GetHashCode() => HashCode.Combine(Keys[0], Companions[0]);
    }

    private sealed class Identical(Marks marks, ReplayRequest[] requests)
    {
        public Marks Marks => marks;

        public bool IsAbandoned => Array.TrueForAll(requests, request => request.IsAbandoned);

        public long Until => requests.Max(request => request.Record.Until);

        public long Since => requests.Min(request => request.Record.Since);

        public void Complete(ReplayResult answer)
        {
            foreach (ReplayRequest request in requests) request.Complete(answer);
        }

        public void Complete(ReplayStatus status, long started)
        {
            foreach (ReplayRequest request in requests)
            {
                request.Complete(
                    new ReplayResult(
                        status,
                        status == ReplayStatus.Starting ? request.Record.GetStartupWait(started) : null
                    )
                );
                if (status == ReplayStatus.First) status = ReplayStatus.Repeated;
            }
        }
    }
}
