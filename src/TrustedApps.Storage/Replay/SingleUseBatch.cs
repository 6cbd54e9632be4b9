using Npgsql;
using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>Marks of version 4 that go to the database in one round trip, one statement a table.</summary>
/// <remarks>
/// Why nothing is accepted twice. Nodes race through the primary key: of two inserts of a mark the second waits for the
/// first to commit, and then does nothing. What remains is that a mark was dropped between. Whoever empties a table raises
/// the horizon in the same transaction, and holds the slot's advisory lock alone until it has committed
/// (<see cref="ReplayMaintenance"/>); a batch shares that lock from its first statement until it has committed. So
/// either the batch has committed before the table is emptied, or its inserts begin after that was committed. They are
/// statements of their own under READ COMMITTED, and see the raised horizon, which forbids what the table held before.
/// TRUNCATE alone would not do: it is not MVCC-safe, and a statement whose snapshot is older sees the old horizon and an empty table.
/// Batches and maintenance take slots ascending, and marks within one, so that none wait for each other in a circle.
/// </remarks>
internal static class SingleUseBatch
{
    private const string TakeLocks = "SELECT count(pg_advisory_xact_lock_shared($1, slot)) FROM unnest($2::integer[]) AS slot";

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    private static readonly string[] _inserts = [.. Enumerable.Range(0, ReplayRing.Slots).Select(slot => $"""
        WITH state AS MATERIALIZED (SELECT start_horizon, drop_horizon FROM trusted_apps_replay_state),
        inserted AS (
            INSERT INTO {ReplaySchema.OnceOnlyTable(slot)} (mark)
            SELECT asked.mark FROM unnest($1::uuid[], $2::bigint[]) AS asked (mark, issued), state
            WHERE asked.issued > state.drop_horizon AND asked.issued > state.start_horizon AND asked.issued <= state.drop_horizon + {ReplayRing.Span}
            ORDER BY asked.mark
            ON CONFLICT DO NOTHING
            RETURNING mark)
        SELECT start_horizon, drop_horizon, ARRAY(SELECT mark FROM inserted) FROM state
        """)];

    public static async Task WriteAsync(NpgsqlConnection connection, List<ReplayRequest> requests, int timeoutSeconds, CancellationToken cancellationToken)
    {
        Slot[] slots = [.. requests.GroupBy(request => ReplayRing.SlotOf(request.Issued)).OrderBy(group => group.Key).Select(group => new Slot(group.Key, [.. group]))];

        await using NpgsqlBatch batch = connection.CreateBatch();
        batch.Timeout = timeoutSeconds;
        batch.BatchCommands.Add(new NpgsqlBatchCommand(TakeLocks)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = ReplaySchema.LockClass }, new NpgsqlParameter<int[]> { TypedValue = Array.ConvertAll(slots, slot => slot.Number) } },
        });
        foreach (Slot slot in slots)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(_inserts[slot.Number])
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid[]> { TypedValue = slot.Keys },
                    new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(slot.Requests, request => request.Issued) },
                },
            });
        }

        var answers = new List<(ReplayRequest Request, ReplayResult Answer)>(requests.Count);
        await batch.PrepareAsync(cancellationToken); // once for each connection and table
        await using (NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            foreach (Slot slot in slots)
            {
                if (!await reader.NextResultAsync(cancellationToken) || !await reader.ReadAsync(cancellationToken)) throw new InvalidOperationException("The replay memory's row of state is missing.");
                Read(slot, reader.GetInt64(0), reader.GetInt64(1), [.. reader.GetFieldValue<Guid[]>(2)], answers);
            }

            // To the end: the results come before the commit, and the commit may fail.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }
        }

        foreach ((ReplayRequest request, ReplayResult answer) in answers) request.Complete(answer);
    }

    private static void Read(Slot slot, long startHorizon, long dropHorizon, HashSet<Guid> inserted, List<(ReplayRequest Request, ReplayResult Answer)> answers)
    {
        for (int index = 0; index < slot.Requests.Length; index++)
        {
            long issued = slot.Requests[index].Issued;
            answers.Add((slot.Requests[index], 0 switch
            {
                _ when inserted.Remove(slot.Keys[index]) => new(ReplayStatus.First), // removed: of two with one mark, one is first
                _ when issued <= dropHorizon => new(ReplayStatus.Conflicting), // nobody can tell any more
                _ when issued <= startHorizon => new(ReplayStatus.Starting, TimeSpan.FromSeconds(startHorizon - issued + 1)),
                _ when issued > dropHorizon + ReplayRing.Span => new(ReplayStatus.Unavailable, _soon), // its table has yet to be emptied
                _ => new(ReplayStatus.Repeated),
            }));
        }
    }

    private sealed record Slot(int Number, ReplayRequest[] Requests)
    {
        public Guid[] Keys { get; } = Array.ConvertAll(Requests, request => ReplaySession.ToGuid(request.KeyOf(0)));
    }
}
