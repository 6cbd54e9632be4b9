using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrustedApps.Keys;

/// <summary>
/// The key file: a JSON object with the application's id and its private keys as JWK (RFC 7517, RFC 7518 section 6.3).
/// Read with members that later versions add ignored; a key's use says what it is for.
/// </summary>
internal static class KeyFile
{
    private const string LegacyUse = "legacy"; // signs and encrypts for versions 1 to 3 and Warwick, and nothing else
    private const int MaxLength = 65_536; // bytes

    public static ApplicationKeys Parse(ReadOnlySpan<byte> json, string source)
    {
        if (json.Length > MaxLength) throw Unreadable(source);
        try
        {
            StoredKeys? stored = JsonSerializer.Deserialize(json, KeyFileJson.Default.StoredKeys);
            StoredKey? key = stored?.Keys?.SingleOrDefault(candidate => candidate?.Use == LegacyUse);
            if (stored?.Id is null || key is null) throw Unreadable(source);
            return new ApplicationKeys(stored.Id, key.ToParameters());
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException or ArgumentException or CryptographicException)
        {
            throw Unreadable(source); // without the cause: it could repeat a secret
        }
    }

    public static byte[] Format(ApplicationKeys keys) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredKeys { Id = keys.Id, Keys = [StoredKey.From(keys)] }, KeyFileJson.Default.StoredKeys);

    public static void Write(ApplicationKeys keys, string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        byte[] json = Format(keys);
        using (var file = new FileStream(path, options))
        {
            file.Write(json);
            file.Flush(flushToDisk: true);
        }

        CryptographicOperations.ZeroMemory(json);
    }

    private static InvalidDataException Unreadable(string source) => new(
        $"{source} is not a key file of TrustedApps, or its key cannot be used. Make one with 'trusted-apps keys new', or restore it from a backup.");

    internal sealed class StoredKeys
    {
        public string? Id { get; set; }

        public IReadOnlyList<StoredKey?>? Keys { get; set; }
    }

    internal sealed class StoredKey
    {
        public string Kty { get; set; } = "RSA";

        public string? Use { get; set; }

        public string? Kid { get; set; }

        public string? N { get; set; }

        public string? E { get; set; }

        public string? D { get; set; }

        public string? P { get; set; }

        public string? Q { get; set; }

        public string? Dp { get; set; }

        public string? Dq { get; set; }

        public string? Qi { get; set; }

        public static StoredKey From(ApplicationKeys keys)
        {
            RSAParameters rsa = keys.Parameters;
            return new StoredKey
            {
                Use = LegacyUse,
                Kid = keys.PublicKey.Thumbprint,
                N = Encode(rsa.Modulus),
                E = Encode(rsa.Exponent),
                D = Encode(rsa.D),
                P = Encode(rsa.P),
                Q = Encode(rsa.Q),
                Dp = Encode(rsa.DP),
                Dq = Encode(rsa.DQ),
                Qi = Encode(rsa.InverseQ),
            };
        }

        public RSAParameters ToParameters() => new()
        {
            Modulus = Decode(N),
            Exponent = Decode(E),
            D = Decode(D),
            P = Decode(P),
            Q = Decode(Q),
            DP = Decode(Dp),
            DQ = Decode(Dq),
            InverseQ = Decode(Qi),
        };

        private static string Encode(byte[]? number) => System.Buffers.Text.Base64Url.EncodeToString(number);

        private static byte[] Decode(string? number) => string.IsNullOrEmpty(number)
            ? throw new FormatException()
            : System.Buffers.Text.Base64Url.DecodeFromChars(number);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(KeyFile.StoredKeys))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
