using System.Text.Json.Nodes;
using TrustedApps.Bench.Ratios;

namespace TrustedApps.Bench.Nodes;

/// <summary>The report on goal 13: a line for everything that was asked, and one for each ratio.</summary>
internal static class NodesReport
{
    public static void Write(StoreCrowds store, NodeCrowds nodes, int contested, TimeSpan elapsed, bool json, TextWriter writer)
    {
        LoadGenerator[] stores = [store.Coalesced, store.OneRow, store.BareInsert], verifying = [nodes.One, nodes.Two];
        Measurement[] goals = [Compare("13a", store.OneRow), Compare("13b", store.BareInsert)];
        if (!json)
        {
            writer.WriteLine("""
                New marks for the replay memory in PostgreSQL (fsync off, so that no disk is measured): the store as it is by
                default, the store with one mark a statement over 8 connections, and bare INSERTs over 8 connections.
                """);
            foreach (LoadGenerator crowd in stores) writer.WriteLine(Line(crowd, "rows"));
            writer.WriteLine("""
                Requests of version 4, verified by one node, and by two that share the memory, on the same cores as PostgreSQL.
                """);
            foreach (LoadGenerator crowd in verifying) writer.WriteLine(Line(crowd, "requests"));
            writer.WriteLine($"Each of {contested} requests, shown to both nodes at once, was accepted by one of them, once; all others said REPLAYED.");
        }

        RatioReport.Write(goals, elapsed, json, writer, ("stores", ToJson(stores)), ("nodes", ToJson(verifying)), ("acceptedByOneNodeOnly", contested));

        // Of samples that were taken in the same round.
        Measurement Compare(string number, LoadGenerator other) => new(
            number,
            $"{store.Coalesced.Name}/{other.Name}",
            Spread.Of([.. store.Coalesced.Rates.Zip(other.Rates, (coalesced, single) => coalesced / single)]),
            Goal.AtLeast(3.5));
    }

    private static string Line(LoadGenerator crowd, string what) => string.Create(
        CultureInfo.InvariantCulture,
        $"{crowd.Name,-19}{crowd.Rate,8:0} {what}/s  p50 {crowd.Middle,5:0.00} ms  p99 {crowd.Tail,5:0.00} ms  {crowd.Callers} at a time");

    private static JsonArray ToJson(IEnumerable<LoadGenerator> crowds) => [.. crowds.Select(crowd => (JsonNode)new JsonObject
    {
        ["name"] = crowd.Name,
        ["callers"] = crowd.Callers,
        ["perSecond"] = Math.Round(crowd.Rate),
        ["p50Milliseconds"] = Math.Round(crowd.Middle, 3),
        ["p99Milliseconds"] = Math.Round(crowd.Tail, 3),
    })];
}
