using TrustedApps.Bench.Setup;

namespace TrustedApps.Bench.Nodes;

/// <summary>Requests of version 4 to one node, and to two nodes in turn that share the memory.</summary>
internal sealed class NodeCrowds : IAsyncDisposable
{
    private const int Callers = 256;
    private const int Contested = 2_000;

    private readonly Node[] _nodes;
    private readonly AssertionIssuer _issuer = BenchFixture.Issuer(BenchKeys.Wiki);
    private IncomingRequest[] _requests = [];

    public NodeCrowds(string connection)
    {
        _nodes = [Node.Start(connection), Node.Start(connection)];
        One = new LoadGenerator("one-node", Callers, 1_000, Prepare, (_, number) => _nodes[0].AcceptAsync(_requests[number]));
        Two = new LoadGenerator("two-nodes", Callers, 1_000, Prepare, (_, number) => _nodes[number % 2].AcceptAsync(_requests[number]));
    }

    public LoadGenerator One { get; }

    public LoadGenerator Two { get; }

    /// <summary>Shows each request to both nodes at once, and then once more: one of them accepts it, once, and nobody ever again.</summary>
    /// <returns>How many requests were shown.</returns>
    public async Task<int> ContestAsync()
    {
        Prepare(Contested);
        await Task.WhenAll(_requests.Select(request => Task.Run(() => ContestAsync(request))));
        return Contested;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Node node in _nodes) await node.DisposeAsync();
    }

    private async Task ContestAsync(IncomingRequest request)
    {
        Verdict[] first = await Task.WhenAll(_nodes.Select(node => Task.Run(async () => await node.Verifier.VerifyAsync(request))));
        Verdict[] again = await Task.WhenAll(_nodes.Select(node => Task.Run(async () => await node.Verifier.VerifyAsync(request))));
        if (first.Count(verdict => verdict.Accepted) != 1) throw new InvalidOperationException($"A request that both nodes were shown at once was accepted by {first.Count(verdict => verdict.Accepted)} of them.");
        if (first.Concat(again).Count(verdict => verdict.Code == ErrorCode.Replayed) != 3) throw new InvalidOperationException("A request that one node had accepted was not refused as REPLAYED by all others.");
    }

    private void Prepare(int count) =>
        _requests = [.. Enumerable.Range(0, count).Select(number => BenchFixture.Request(_issuer.Issue(BenchFixture.User(number), BenchFixture.Url)))];
}
