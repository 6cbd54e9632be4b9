namespace TrustedApps.Tool.Tests;

/// <summary>The vectors in tests/vectors/version-4, whose README.md describes them.</summary>
internal static class Version4Vectors
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "vectors", "version-4");

    public static IReadOnlyDictionary<string, JsonObject> Requests { get; } = ReadFolder("requests");

    public static IReadOnlyDictionary<string, JsonObject> Certificates { get; } = ReadFolder("certificates");

    public static IReadOnlyDictionary<string, JsonObject> Keys { get; } = ReadFolder("keys");

    /// <summary>The responses of proofs.jsonl by their names, those left out that need more than the proof in the header section.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Proofs { get; } = File.ReadLines(Path.Combine(_folder, "proofs.jsonl"))
        .Select(line => JsonNode.Parse(line)!.AsObject())
        .Where(vector => !vector.ContainsKey("trailer") && (bool?)vector["allowUnproven"] != false)
        .ToDictionary(vector => (string)vector["id"]!, StringComparer.Ordinal);

    public static string Readme { get; } = File.ReadAllText(Path.Combine(_folder, "README.md"));

    public static long Size { get; } = new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>The cases of a scenario, abbreviations undone, each with what is expected.</summary>
    public static IReadOnlyList<(JsonObject Case, JsonObject Expect)> CasesOf(string id) => [.. Requests[id]["cases"]!.AsArray().Select(json =>
    {
        JsonObject request = Expand(json!.DeepClone().AsObject());
        var expect = (JsonObject)request["expect"]!;
        request.Remove("expect");
        return (request, expect);
    })];

    private static JsonObject Expand(JsonObject json)
    {
        Resolve(json["provider"]!, "keys");
        foreach (JsonNode? trust in json["trust"]!.AsArray()) Resolve(trust!, "certificate");

        var request = (JsonObject)json["request"]!;
        if (request["bodyRepeat"] is { } body)
        {
            byte[] content = new byte[(int)body["times"]!];
            Array.Fill(content, (byte)((string)body["text"]!)[0]);
            request["bodyBase64"] = Convert.ToBase64String(content);
            request.Remove("bodyRepeat");
        }

        return json;
    }

    private static void Resolve(JsonNode parent, string member)
    {
        if (parent[member] is JsonValue reference && (string)reference! is ['@', .. string name]) parent[member] = Keys[name].DeepClone();
    }

    private static Dictionary<string, JsonObject> ReadFolder(string name) => Directory.EnumerateFiles(Path.Combine(_folder, name), "*.json").Order(StringComparer.Ordinal)
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => JsonNode.Parse(File.ReadAllText(file))!.AsObject(), StringComparer.Ordinal);
}
