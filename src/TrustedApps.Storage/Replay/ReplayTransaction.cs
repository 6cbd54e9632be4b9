using System.Globalization;
using Npgsql;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// A transaction in one round trip. It brings its settings along, because a connection pooler may run each transaction
/// on another session: nothing that the replay cache needs is in a session.
/// </summary>
internal static class ReplayTransaction
{
    private const string Begin = "BEGIN ISOLATION LEVEL READ COMMITTED";

    // Each statement must see what was committed before it began. A committed answer must survive a crash. A plan must
    // not scan a table, and must not be compiled: that takes half a second.
    private const string Settings = """
        SELECT set_config('synchronous_commit', 'on', true), set_config('enable_seqscan', 'off', true),
            set_config('jit', 'off', true), set_config('statement_timeout', $1, true),
            set_config('idle_in_transaction_session_timeout', '60s', true)
        """;

    /// <summary>Creates a batch that begins a transaction. Its first result are the settings.</summary>
    public static NpgsqlBatch Create(NpgsqlConnection connection, TimeSpan timeout)
    {
        NpgsqlBatch batch = connection.CreateBatch();
        batch.Timeout = SecondsOf(timeout);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Begin));
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(Settings)
            {
                Parameters =
                {
                    new NpgsqlParameter<string>
                    {
                        TypedValue = Math.Ceiling(timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
                    },
                },
            }
        );
        return batch;
    }

    /// <summary>Adds the end of the transaction. Read the results to the end: the commit may fail.</summary>
    public static void AddCommit(this NpgsqlBatch batch) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));

    /// <summary>The time-out of Npgsql, which is a little longer than the server's.</summary>
    private static int SecondsOf(TimeSpan timeout) => (int)Math.Ceiling(timeout.TotalSeconds) + 1;
}
