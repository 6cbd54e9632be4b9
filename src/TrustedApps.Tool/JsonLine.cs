using System.Buffers;
using System.Text.Json;

namespace TrustedApps.Tool;

/// <summary>
/// One JSON object on one line, in ASCII: other characters are escaped, so that no terminal interprets them.
/// </summary>
internal static class JsonLine
{
    private static readonly SearchValues<char> _base64 = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    );

    public static async Task WriteAsync(
        Stream output,
        Action<Utf8JsonWriter> writeMembers,
        CancellationToken cancellationToken
    )
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        await output.WriteAsync(line.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the members of a JSON object that the library has made.</summary>
    public static void WriteMembersOf(Utf8JsonWriter json, string document)
    {
        using var parsed = JsonDocument.Parse(document);
        foreach (JsonProperty member in parsed.RootElement.EnumerateObject()) member.WriteTo(json);
    }

    /// <summary>Writes base64 as it is, to be copied: the usual escaping would make \u002B of each plus sign.</summary>
    public static void WriteBase64(Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        if (value.AsSpan().ContainsAnyExcept(_base64)) json.WriteStringValue(value);
        else json.WriteRawValue($"\"{value}\"");
    }
}
