using Npgsql;
using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// Writes replay keys of version 4 to the database, many in one round trip, with one statement for each table.
/// </summary>
/// <remarks>
/// No key is accepted twice. Nodes compete for the primary key: of two inserts of a key the second waits until the
/// first commits, and then does nothing. There is one other case: the key was dropped in between. The transaction that
/// empties a table raises the horizon, and holds the exclusive advisory lock of the slot until it commits
/// (<see cref="ReplayMaintenance"/>). A batch holds the shared lock from its first statement until it commits.
/// Therefore either the batch commits before the table is emptied, or its inserts begin after that commit. Each insert
/// is a statement of its own under READ COMMITTED, so it sees the raised horizon, which rejects everything that the
/// table held before. TRUNCATE alone is not enough, because it is not MVCC-safe: a statement with an older snapshot
/// sees the old horizon and an empty table. Batches and maintenance lock slots, and keys within a slot, in ascending
/// order, so there is no deadlock.
/// </remarks>
internal static class SingleUseBatch
{
    private const string TakeLocks =
        "SELECT count(pg_advisory_xact_lock_shared($1, slot)) FROM unnest($2::integer[]) AS slot";

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    private static readonly string[] _inserts =
    [
        .. Enumerable
            .Range(0, ReplayRing.Slots)
            .Select(slot =>
                $"""
                    WITH state AS MATERIALIZED (
                        SELECT start_horizon, drop_horizon FROM trusted_apps_replay_state
                        WHERE EXISTS (SELECT 1 FROM {ReplaySchema.LegacyTable} beat WHERE beat.mark = $3)),
                    inserted AS (
                        INSERT INTO {ReplaySchema.OnceOnlyTable(slot)} (mark)
                        SELECT asked.mark FROM unnest($1::uuid[], $2::bigint[]) AS asked (mark, issued), state
                        WHERE asked.issued > state.drop_horizon AND asked.issued > state.start_horizon AND asked.issued <= state.drop_horizon + {ReplayRing.Span}
                        ORDER BY asked.mark
                        ON CONFLICT DO NOTHING
                        RETURNING mark)
                    SELECT start_horizon, drop_horizon, ARRAY(SELECT mark FROM inserted) FROM state
                    """
            ),
    ];

    public static async Task WriteAsync(
        NpgsqlConnection connection,
        List<ReplayRequest> requests,
        Guid heartbeat,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        Slot[] slots =
        [
            .. requests
                .GroupBy(request => ReplayRing.SlotOf(request.Issued))
                .OrderBy(group => group.Key)
                .Select(group => new Slot(group.Key, [.. group])),
        ];

        await using NpgsqlBatch batch = ReplayTransaction.Create(connection, timeout);
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(TakeLocks)
            {
                Parameters =
                {
                    new NpgsqlParameter<int> { TypedValue = ReplaySchema.LockClass },
                    new NpgsqlParameter<int[]> { TypedValue = Array.ConvertAll(slots, slot => slot.Number) },
                },
            }
        );
        foreach (Slot slot in slots)
        {
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(_inserts[slot.Number])
                {
                    Parameters =
                    {
                        new NpgsqlParameter<Guid[]> { TypedValue = slot.Keys },
                        new NpgsqlParameter<long[]>
                        {
                            TypedValue = Array.ConvertAll(slot.Requests, request => request.Issued),
                        },
                        new NpgsqlParameter<Guid> { TypedValue = heartbeat },
                    },
                }
            );
        }

        batch.AddCommit();

        var answers = new List<(ReplayRequest Request, ReplayResult Answer)>(requests.Count);
        await using (NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken); // from the settings to the locks
            foreach (Slot slot in slots)
            {
                if (!await reader.NextResultAsync(cancellationToken) || !await reader.ReadAsync(cancellationToken))
                {
                    throw ReplayMaintenance.StateMissing();
                }

                Read(slot, reader.GetInt64(0), reader.GetInt64(1), [.. reader.GetFieldValue<Guid[]>(2)], answers);
            }

            // Read to the end: the results arrive before the commit, which may fail.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }
        }

        foreach ((ReplayRequest request, ReplayResult answer) in answers) request.Complete(answer);
    }

    private static void Read(
        Slot slot,
        long startHorizon,
        long dropHorizon,
        HashSet<Guid> inserted,
        List<(ReplayRequest Request, ReplayResult Answer)> answers
    )
    {
        for (int index = 0; index < slot.Requests.Length; index++)
        {
            long issued = slot.Requests[index].Issued;
            answers.Add(
                (
                    slot.Requests[index],
                    0 switch
                    {
                        // removed: of two entries with one key, one is first
                        _ when inserted.Remove(slot.Keys[index]) => new(ReplayStatus.First),
                        // its table was emptied, so it may have been accepted
                        _ when issued <= dropHorizon => new(ReplayStatus.Conflicting),
                        _ when issued <= startHorizon => new(
                            ReplayStatus.Starting,
                            TimeSpan.FromSeconds(startHorizon - issued + 1)
                        ),
                        // its table is not empty yet
                        _ when issued > dropHorizon + ReplayRing.Span => new(ReplayStatus.Unavailable, _soon),
                        _ => new(ReplayStatus.Repeated),
                    }
                )
            );
        }
    }

    private sealed record Slot(int Number, ReplayRequest[] Requests)
    {
        public Guid[] Keys { get; } = Array.ConvertAll(Requests, request => ReplaySession.ToGuid(request.KeyOf(0)));
    }
}
