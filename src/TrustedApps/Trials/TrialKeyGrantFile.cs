using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace TrustedApps.Trials;

/// <summary>
/// The file of a key grant for trials: a JSON object with <c>grant</c>, the value of the Key header, and
/// <c>sessionKey</c>, base64url.
/// </summary>
internal static class TrialKeyGrantFile
{
    private const int MaxLength = 65_536; // bytes

    public static TrialKeyGrantText Read(string path) => TryRead(path)
        ?? throw new InvalidDataException(
            $"{path} does not hold a key grant for trials. Make one with 'trusted-apps issue --grant-out {path}'.");

    public static void Write(TrialKeyGrantText text, string path)
    {
        if (File.Exists(path) && TryRead(path) is null)
        {
            throw new IOException(
                $"{path} exists and does not hold a key grant, so it was not overwritten. Name another file.");
        }

        string beside = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            WriteNew(text, beside);
            File.Move(beside, path, overwrite: true); // one rename: atomic within a folder
        }
        finally
        {
            File.Delete(beside); // leaves no session key behind after a failure
        }
    }

    private static TrialKeyGrantText? TryRead(string path)
    {
        byte[] buffer = new byte[MaxLength + 1];
        int length;
        using (FileStream file = File.OpenRead(path)) length = file.ReadAtLeast(buffer, buffer.Length, false);
        TrialKeyGrantText? read = length > MaxLength ? null : Parse(buffer.AsMemory(0, length));
        CryptographicOperations.ZeroMemory(buffer);
        return read;
    }

    private static void WriteNew(TrialKeyGrantText text, string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteString("grant"u8, text.Token);
        json.WriteString("sessionKey"u8, Base64Url.EncodeToUtf8(text.SessionKey));
        json.WriteEndObject();
    }

    private static TrialKeyGrantText? Parse(ReadOnlyMemory<byte> content)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(content);
            return TrialKeyGrantText.TryRead(TextOf(json, "grant"), TextOf(json, "sessionKey"));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null; // without the cause: it could show a secret
        }
    }

    private static string? TextOf(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out JsonElement member) ? member.GetString() : null;
}
