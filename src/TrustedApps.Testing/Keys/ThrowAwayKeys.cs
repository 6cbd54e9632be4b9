using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrustedApps.Keys;

namespace TrustedApps.Testing.Keys;

/// <summary>
/// Keys that are made when they are first needed, live as long as the process, and are trusted by no other. Safe for
/// concurrent use.
/// </summary>
internal static class ThrowAwayKeys
{
    private const int Bits = 2048; // the shortest that version 4 allows: they are made soonest
    private const string Consumers = ""; // is not an id

    private static readonly ConcurrentDictionary<string, Lazy<ApplicationKeys>> _made = new(StringComparer.Ordinal);

    /// <summary>Returns the keys of an application under test, always the same for one id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="now">The time since which they exist, by the clock of the test.</param>
    public static ApplicationKeys Of(string id, DateTimeOffset now) => Rename(MakeOnce(id), id, now);

    /// <summary>
    /// Returns the keys of a consumer. All of them share one set: providers know consumers by their ids.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <param name="now">The time since which they exist, by the clock of the test.</param>
    public static ApplicationKeys OfConsumer(string id, DateTimeOffset now) => Rename(MakeOnce(Consumers), id, now);

    private static ApplicationKeys MakeOnce(string owner) => _made
        .GetOrAdd(owner, static _ => new(static () => ApplicationKeys.Generate("made-by-tests", Bits)))
        .Value;

    // The content of a key file is a documented format; making keys takes a hundred times as long.
    private static ApplicationKeys Rename(ApplicationKeys keys, string id, DateTimeOffset changedAt)
    {
        JsonObject file = JsonNode.Parse(keys.ToBytes())!.AsObject();
        file["id"] = id;
        file["changedAt"] = changedAt.ToUnixTimeSeconds();
        return ApplicationKeys.Parse(JsonSerializer.SerializeToUtf8Bytes(file));
    }
}
