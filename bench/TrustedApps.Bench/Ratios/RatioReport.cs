using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrustedApps.Bench.Ratios;

/// <summary>The report on the goals: a line for each, or one JSON document.</summary>
internal static class RatioReport
{
    /// <param name="measurements">One line each.</param>
    /// <param name="elapsed">How long all of it took.</param>
    /// <param name="json">Whether a document is wanted.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="more">What else the document holds.</param>
    public static void Write(IEnumerable<Measurement> measurements, TimeSpan elapsed, bool json, TextWriter writer, params (string Name, JsonNode Value)[] more)
    {
        if (!json)
        {
            writer.WriteLine(string.Join('\n', measurements));
            return;
        }

        JsonObject document = ToJson(measurements, elapsed);
        foreach ((string name, JsonNode value) in more) document[name] = value;
        writer.WriteLine(document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    private static JsonObject ToJson(IEnumerable<Measurement> measurements, TimeSpan elapsed) => new()
    {
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["system"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores",
        ["seconds"] = Math.Round(elapsed.TotalSeconds),
        ["goals"] = ToJson(measurements),
    };

    private static JsonArray ToJson(IEnumerable<Measurement> measurements) => [.. measurements.Select(measurement => (JsonNode)ToJson(measurement))];

    private static JsonObject ToJson(Measurement measurement)
    {
        var json = new JsonObject
        {
            ["number"] = measurement.Number,
            ["name"] = measurement.Name,
            ["median"] = measurement.Value.Median,
            ["p10"] = measurement.Value.Low,
            ["p90"] = measurement.Value.High,
            ["goal"] = measurement.Goal.ToString(),
            ["verdict"] = measurement.Verdict,
        };
        if (measurement.Times is { } times) (json["numeratorNanoseconds"], json["denominatorNanoseconds"]) = (times.Numerator.Median, times.Denominator.Median);
        if (measurement.Kinds.Count > 0) json["kinds"] = ToJson(measurement.Kinds);
        return json;
    }
}
