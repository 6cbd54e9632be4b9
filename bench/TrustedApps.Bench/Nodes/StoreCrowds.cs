using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Nodes;

/// <summary>Goal 13: new marks for the shared memory, gathered into statements as by default, and one a statement.</summary>
internal sealed class StoreCrowds : IAsyncDisposable
{
    private const int Connections = 8;
    private const int Callers = 256; // requests that a busy node has on their way

    private readonly Node _gathering;
    private readonly Node _oneByOne;
    private readonly BareTable _bare;
    private readonly Marks _source = new();
    private UInt128[] _marks = [];

    private StoreCrowds(Node gathering, Node oneByOne, BareTable bare)
    {
        (_gathering, _oneByOne, _bare) = (gathering, oneByOne, bare);
        Coalesced = new LoadGenerator("postgres-coalesced", Callers, 2_000, Prepare, (_, number) => _gathering.TryAddAsync(_marks[number]));
        OneRow = new LoadGenerator("one-row", Callers, 1_000, Prepare, (_, number) => _oneByOne.TryAddAsync(_marks[number]));
        BareInsert = new LoadGenerator("bare-insert", Connections, 1_000, Prepare, (caller, number) => _bare.TryAddAsync(caller, _marks[number]));
    }

    /// <summary>The store as it is by default.</summary>
    public LoadGenerator Coalesced { get; }

    /// <summary>The store with one mark a statement, over eight connections.</summary>
    public LoadGenerator OneRow { get; }

    /// <summary>One INSERT a mark into one table, over eight connections; eight callers, so that nobody waits for a connection.</summary>
    public LoadGenerator BareInsert { get; }

    public static async Task<StoreCrowds> StartAsync(string connection) =>
        new(Node.Start(connection), Node.StartOneByOne(connection, Connections), await BareTable.CreateAsync(connection, Connections));

    public async ValueTask DisposeAsync()
    {
        await _gathering.DisposeAsync();
        await _oneByOne.DisposeAsync();
        await _bare.DisposeAsync();
    }

    private void Prepare(int count)
    {
        _marks = new UInt128[count];
        _source.Draw(_marks);
    }
}
