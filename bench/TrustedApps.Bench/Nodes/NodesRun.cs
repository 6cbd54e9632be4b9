using System.Diagnostics;
using TrustedApps.TestSupport;

namespace TrustedApps.Bench.Nodes;

/// <summary>
/// Measures goal 13 of performance.md, on a PostgreSQL of its own that is gone afterwards, and two nodes that share it.
/// Progress goes to standard error.
/// </summary>
internal static class NodesRun
{
    private const int StoreRounds = 20;
    private const int NodeRounds = 10;

    public static async Task RunAsync(bool json, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        await using PostgresCluster cluster = await PostgresCluster.StartAsync();
        string connection = await cluster.CreateDatabaseAsync();
        await Node.InstallAsync(connection);
        Tell("PostgreSQL runs");

        await using StoreCrowds store = await StoreCrowds.StartAsync(connection);
        await MeasureAsync(StoreRounds, store.Coalesced, store.OneRow, store.BareInsert);

        await using var nodes = new NodeCrowds(connection);
        int contested = await nodes.ContestAsync();
        Tell($"{contested} requests were accepted by one node each, and refused by the other");
        await MeasureAsync(NodeRounds, nodes.One, nodes.Two);

        NodesReport.Write(store, nodes, contested, Stopwatch.GetElapsedTime(start), json, Console.Out);

        async Task MeasureAsync(int rounds, params LoadGenerator[] crowds)
        {
            foreach (LoadGenerator crowd in crowds)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await crowd.WarmAsync();
            }

            for (int round = 0; round < rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (LoadGenerator crowd in round % 2 == 0 ? crowds : Enumerable.Reverse(crowds)) await crowd.MeasureAsync();
            }

            Tell($"measured {string.Join(", ", crowds.Select(crowd => crowd.Name))}");
        }

        void Tell(string what) => Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds,4:0} s  {what}");
    }
}
