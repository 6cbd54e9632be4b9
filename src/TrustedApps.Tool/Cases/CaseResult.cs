using System.Text.Json;

namespace TrustedApps.Tool.Cases;

/// <summary>The result of a case: one line of output.</summary>
internal sealed record CaseResult(string? Id, string Status)
{
    public string? User { get; init; }

    public string? Application { get; init; }

    public string? Version { get; init; }

    public string? Code { get; init; }

    /// <summary>The applications that passed the request on, the one that asked the application first.</summary>
    public IReadOnlyList<string> Actors { get; init; } = [];

    /// <summary>The scopes of the request.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The value of the response header with the error for the consumer.</summary>
    public string? Error { get; init; }

    /// <summary>A sentence with the remedy, for the administrator.</summary>
    public string? Detail { get; init; }

    public static CaseResult Invalid(string? id, string problem) => new(id, "invalid") { Detail = problem };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("status", Status);
        json.WriteString("user", User);
        json.WriteString("application", Application);
        json.WriteString("version", Version);
        json.WriteString("code", Code);
        json.WriteString("error", Error);
        json.WriteString("detail", Detail);
        WriteIfAny(json, "actors", Actors);
        WriteIfAny(json, "scopes", Scopes);
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (string value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
