using System.Buffers;
using System.Text.Json;

namespace TrustedApps.Tool;

/// <summary>One JSON object on one line, in ASCII: what is not is escaped, so that no terminal obeys it.</summary>
internal static class JsonLine
{
    public static async Task WriteAsync(Stream output, Action<Utf8JsonWriter> writeMembers, CancellationToken cancellationToken)
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
}
