namespace TrustedApps.Tool.Tests;

/// <summary>The recorded cases in tests/vectors, by name.</summary>
internal static class Vectors
{
    public static string RequestCases { get; } = PathOf("request-cases.jsonl");

    /// <summary>Request cases: each line, by its id.</summary>
    public static IReadOnlyDictionary<string, string> Requests { get; } =
        File.ReadLines(RequestCases).ToDictionary(line => (string)JsonNode.Parse(line)!["id"]!, StringComparer.Ordinal);

    public static IReadOnlyDictionary<string, JsonObject> Certificates { get; } = Read("certificate-documents.json");

    public static IReadOnlyDictionary<string, JsonObject> Errors { get; } = Read("error-messages.json");

    public static IReadOnlyDictionary<string, JsonObject> Protocol { get; } = Read("taa-vectors.json");

    private static Dictionary<string, JsonObject> Read(string file) => JsonNode.Parse(File.ReadAllText(PathOf(file)))!["vectors"]!
        .AsArray()
        .ToDictionary(vector => (string)vector!["id"]!, vector => vector!.AsObject(), StringComparer.Ordinal);

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "vectors", file);
}
