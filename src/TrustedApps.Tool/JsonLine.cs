using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TrustedApps.Tool;

/// <summary>
/// One JSON object on one line, in ASCII: other characters are escaped, so that no terminal interprets them.
/// </summary>
internal static class JsonLine
{
    // Nothing here is put into HTML, so that quotes, plus signs and the like stay readable.
    private static readonly JsonWriterOptions _readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task WriteAsync(
        Stream output,
        Action<Utf8JsonWriter> writeMembers,
        CancellationToken cancellationToken
    )
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, _readable))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        await output.WriteAsync(ToAscii(line.WrittenSpan), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the members of a JSON object that the library has made.</summary>
    public static void WriteMembersOf(Utf8JsonWriter json, string document)
    {
        using var parsed = JsonDocument.Parse(document);
        foreach (JsonProperty member in parsed.RootElement.EnumerateObject()) member.WriteTo(json);
    }

    // Characters beyond ASCII are in strings only, where they may be escaped.
    private static byte[] ToAscii(ReadOnlySpan<byte> json)
    {
        var line = new StringBuilder(json.Length + 1);
        foreach (char character in Encoding.UTF8.GetString(json))
        {
            if (character <= '~') line.Append(character);
            else line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
        }

        return Encoding.ASCII.GetBytes(line.Append('\n').ToString());
    }
}
