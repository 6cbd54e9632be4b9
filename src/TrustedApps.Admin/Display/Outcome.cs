namespace TrustedApps.Admin.Display;

/// <summary>Counts of requests in words.</summary>
internal static class Outcome
{
    private const string Accepted = "OK";

    public static long AcceptedIn(IReadOnlyDictionary<string, long> counts) => counts.GetValueOrDefault(Accepted);

    public static IEnumerable<KeyValuePair<string, long>> RejectionsIn(IReadOnlyDictionary<string, long> counts) =>
        counts
            .Where(count => count.Key != Accepted)
            .OrderByDescending(count => count.Value)
            .ThenBy(count => count.Key, StringComparer.Ordinal);
}
