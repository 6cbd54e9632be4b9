using System.Text.Json;

namespace TrustedApps.Tool.Cases;

/// <summary>A value inside a request case, with its place, which every message about it names.</summary>
/// <param name="Path">Such as <c>trust[0].timeoutMs</c>; empty for the case itself.</param>
/// <param name="Value">The value.</param>
internal readonly record struct JsonField(string Path, JsonElement Value)
{
    public JsonField Member(string name) => Find(name) ?? throw Wrong($"has no member '{name}'");

    /// <summary>A member that may be left out; null stands for that too.</summary>
    public JsonField? Find(string name)
    {
        if (Value.ValueKind != JsonValueKind.Object) throw Wrong("is not an object");
        if (!Value.TryGetProperty(name, out JsonElement member) || member.ValueKind == JsonValueKind.Null) return null;
        return new JsonField(Path.Length == 0 ? name : $"{Path}.{name}", member);
    }

    public string Text()
    {
        if (Value.ValueKind != JsonValueKind.String) throw Wrong("is not a string");
        try
        {
            return Value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("holds half a surrogate pair");
        }
    }

    public long Number() => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt64(out long number)
        ? number
        : throw Wrong("is not a whole number");

    public byte[] Bytes() => Value.ValueKind == JsonValueKind.String && Value.TryGetBytesFromBase64(out byte[]? bytes)
        ? bytes
        : throw Wrong("is not base64");

    public bool Flag() => Value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? Value.GetBoolean()
        : throw Wrong("is neither true nor false");

    public IEnumerable<JsonField> Items()
    {
        if (Value.ValueKind != JsonValueKind.Array) throw Wrong("is not a list");
        return Enumerate(Path, Value);
    }

    public IReadOnlyList<string> Texts() => [.. Items().Select(item => item.Text())];

    public BadInputException Wrong(string problem) => new($"{(Path.Length == 0 ? "The case" : Path)} {problem}.");

    private static IEnumerable<JsonField> Enumerate(string path, JsonElement list)
    {
        int index = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            yield return new JsonField(string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), item);
        }
    }
}
