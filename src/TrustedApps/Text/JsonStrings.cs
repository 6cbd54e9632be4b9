using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace TrustedApps.Text;

/// <summary>Reads and writes JSON arrays of strings (RFC 8259), as error headers hold them.</summary>
internal static class JsonStrings
{
    public static bool TryRead(ReadOnlySpan<char> json, [NotNullWhen(true)] out string[]? strings)
    {
        strings = null;
        byte[] utf8 = new byte[Encoding.UTF8.GetMaxByteCount(json.Length)];
        if (!StrictUtf8.TryEncode(json, utf8, out int length)) return false;

        var reader = new Utf8JsonReader(utf8.AsSpan(0, length), new JsonReaderOptions { MaxDepth = 1 });
        var read = new List<string>();
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.String) read.Add(reader.GetString()!);
            if (reader.TokenType != JsonTokenType.EndArray || reader.Read()) return false;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return false; // InvalidOperationException: half a surrogate pair
        }

        strings = [.. read];
        return true;
    }

    /// <summary>Writes printable ASCII only: Kestrel answers 500 to anything else in a header.</summary>
    public static string Write(IReadOnlyList<string> strings, int maxLength)
    {
        var json = new StringBuilder("[", 64);
        for (int index = 0; index < strings.Count; index++)
        {
            if (index > 0) json.Append(',');
            json.Append('"');
            AppendEscaped(json, Cut(strings[index], maxLength));
            json.Append('"');
        }

        return json.Append(']').ToString();
    }

    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text, int maxLength)
    {
        if (text.Length <= maxLength) return text;
        return text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
    }

    private static void AppendEscaped(StringBuilder json, ReadOnlySpan<char> text)
    {
        char previous = '\0';
        foreach (char character in text)
        {
            if (character is '"' or '\\' || (character == '/' && previous == '<')) json.Append('\\').Append(character);
            else if (character is >= ' ' and <= '~') json.Append(character);
            else json.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            previous = character;
        }
    }
}
