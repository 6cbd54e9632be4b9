using Npgsql;
using TrustedApps.Storage.Replay;

namespace TrustedApps.Bench.Nodes;

/// <summary>The least that a shared memory can be: one table, and one statement a mark, with none of the store's care about what expires.</summary>
internal sealed class BareTable : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly List<NpgsqlCommand> _inserts = [];

    private BareTable(string connection) => _source = NpgsqlDataSource.Create(connection);

    public static async Task<BareTable> CreateAsync(string connection, int connections)
    {
        var table = new BareTable(connection);
        await using (NpgsqlCommand command = table._source.CreateCommand("CREATE TABLE bare (mark uuid PRIMARY KEY)")) await command.ExecuteNonQueryAsync();
        for (int number = 0; number < connections; number++)
        {
            NpgsqlConnection session = await table._source.OpenConnectionAsync();
            var insert = new NpgsqlCommand("INSERT INTO bare VALUES ($1) ON CONFLICT DO NOTHING", session) { Parameters = { new NpgsqlParameter<Guid>() } };
            await insert.PrepareAsync();
            table._inserts.Add(insert);
        }

        return table;
    }

    /// <summary>Remembers a mark that is new, over one of the connections.</summary>
    public async Task TryAddAsync(int connection, UInt128 mark)
    {
        NpgsqlCommand insert = _inserts[connection];
        ((NpgsqlParameter<Guid>)insert.Parameters[0]).TypedValue = ReplaySession.ToGuid(mark);
        if (await insert.ExecuteNonQueryAsync() != 1) throw new InvalidOperationException("A new mark was there already.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NpgsqlCommand insert in _inserts)
        {
            await insert.Connection!.DisposeAsync();
            await insert.DisposeAsync();
        }

        await _source.DisposeAsync();
    }
}
