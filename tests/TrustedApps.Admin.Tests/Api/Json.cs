using System.Text.Json;
using System.Text.Json.Nodes;
using TrustedApps.Keys;

namespace TrustedApps.Admin.Tests.Api;

/// <summary>What these tests write and read.</summary>
internal static class Json
{
    public const string Conditions = """{"addresses":["10.0.0.0/8"],"urls":["/rest"],"timeoutMilliseconds":30000}""";

    public static JsonNode Read(Answer answer) => JsonNode.Parse(answer.Body)!;

    public static string Fingerprints(ApplicationKeys keys) => JsonSerializer.Serialize(keys.ToCertificate().SigningKeys.Select(key => key.Fingerprint));

    public static string Trust(string baseUrl, string fingerprints, string rest = "") => $$"""{"baseUrl":"{{baseUrl}}","fingerprints":{{fingerprints}},"conditions":{{Conditions}}{{rest}}}""";

    public static string Compared(string baseUrl, string fingerprints) => $$"""{"baseUrl":"{{baseUrl}}","fingerprints":{{fingerprints}}}""";

    /// <summary>An object without its moments, of which the store keeps milliseconds only.</summary>
    public static string WithoutMoments(JsonNode value) =>
        new JsonObject(value.AsObject().Where(member => !member.Key.EndsWith("At", StringComparison.Ordinal)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();

    /// <summary>Holds an answer to be a problem of RFC 9457, and gives its detail.</summary>
    public static string Problem(Answer answer, int status, string? field = null)
    {
        Assert.True(status == answer.Status, $"{answer.Status}: {answer.Body}");
        Assert.Equal("application/problem+json", answer["Content-Type"]!.Split(';')[0]);
        Assert.Equal("no-store", answer["Cache-Control"]);
        JsonNode problem = Read(answer);
        Assert.Equal(status, (int)problem["status"]!);
        Assert.NotEmpty((string)problem["title"]!);
        if (field is not null) Assert.Equal([field], problem["errors"]!.AsObject().Select(member => member.Key));
        return (string)problem["detail"]!;
    }

    public static JsonNode Good(Answer answer, int status = 200)
    {
        Assert.True(status == answer.Status, $"{answer.Status}: {answer.Body}");
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Equal("application/json", answer["Content-Type"]!.Split(';')[0]);
        return Read(answer);
    }
}
