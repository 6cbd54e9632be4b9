using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrustedApps.Keys;

/// <summary>
/// The key file: a JSON object with the application's id and its private keys as JWK (RFC 7517, RFC 7518 section 6.3).
/// Members and uses that later versions add are ignored.
/// </summary>
internal static class KeyFile
{
    private const int MaxLength = 65_536; // bytes
    private const long MaxTime = 32_503_680_000; // Unix seconds: the year 3000, far before the end of DateTimeOffset

    private static readonly (KeyStatus Status, string Name)[] _statuses =
        [(KeyStatus.Current, "current"), (KeyStatus.Next, "next"), (KeyStatus.Retired, "retired")];

    public static ApplicationKeys Parse(ReadOnlySpan<byte> json, string source)
    {
        if (json.Length > MaxLength) throw Unreadable(source, json);
        try
        {
            StoredKeys stored =
                JsonSerializer.Deserialize(json, KeyFileJson.Default.StoredKeys) ?? throw new FormatException();
            IEnumerable<PrivateKey> keys = (stored.Keys ?? []).OfType<StoredKey>().Select(ReadKey).OfType<PrivateKey>();
            return new ApplicationKeys(
                stored.Id ?? throw new FormatException(),
                new KeyRing(keys, ReadTime(stored.ChangedAt ?? 0))
            );
        }
        catch (Exception cause)
            when (cause
                    is JsonException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentException
                        or CryptographicException
            )
        {
            throw Unreadable(source, json); // without the cause: it could show a secret
        }
    }

    public static byte[] Format(ApplicationKeys keys)
    {
        var stored = new StoredKeys
        {
            Id = keys.Id,
            ChangedAt = keys.HasVersion4Keys ? keys.ChangedAt.ToUnixTimeSeconds() : null,
            Keys = [.. keys.Ring.Keys.Select(WriteKey)],
        };
        return JsonSerializer.SerializeToUtf8Bytes(stored, KeyFileJson.Default.StoredKeys);
    }

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

    public static void Replace(ApplicationKeys keys, string path)
    {
        path = KeyFileStamp.TargetOf(path); // a link stays a link
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no key file {path}, so it cannot be replaced.", path);
        }

        string beside = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            Write(keys, beside);
            File.Move(beside, path, overwrite: true); // one rename: atomic within a folder
        }
        finally
        {
            File.Delete(beside); // leaves no private key behind after a failure
        }
    }

    // Null for a key whose use belongs to later versions.
    private static PrivateKey? ReadKey(StoredKey stored)
    {
        if (JoseUse.Find(stored.Use, stored.Alg) is not { } use) return null;
        if (use == KeyUse.Legacy) return new PrivateKey(use, stored.ToParameters());

        KeyStatus status = _statuses.Single(known => known.Name == stored.Status).Status;
        var key = new PrivateKey(use, stored.ToParameters());
        return key.As(status, FindTime(stored.RetiredAt), FindTime(stored.DueAt));
    }

    private static StoredKey WriteKey(PrivateKey key)
    {
        StoredKey stored = StoredKey.From(key.ExportParameters());
        (stored.Use, stored.Alg) = JoseUse.Of(key.Use);
        stored.Kid = key.KeyId;
        if (key.Use == KeyUse.Legacy) return stored;
        stored.Status = _statuses.Single(known => known.Status == key.Status).Name;
        stored.RetiredAt = key.RetiredAt?.ToUnixTimeSeconds();
        stored.DueAt = key.DueAt?.ToUnixTimeSeconds();
        return stored;
    }

    private static DateTimeOffset? FindTime(long? seconds) => seconds is { } present ? ReadTime(present) : null;

    private static DateTimeOffset ReadTime(long seconds) =>
        seconds is >= 0 and <= MaxTime ? DateTimeOffset.FromUnixTimeSeconds(seconds) : throw new FormatException();

    private static InvalidDataException Unreadable(string source, ReadOnlySpan<byte> content) =>
        new(
            $"{source} is not a key file of TrustedApps, or its key cannot be used{Describe(content)}. Name the right file, or restore it from a backup. For a new application only, make one with 'trusted-apps keys new': other applications do not trust new keys."
        );

    private static string Describe(ReadOnlySpan<byte> content) =>
        content.IsEmpty ? ": it is empty"
        : content.Length > MaxLength ? ": it is too long"
        : content.IndexOf("\"signatures\""u8) >= 0 ? ": it is a certificate, which has public keys alone"
        : content.StartsWith("-----"u8) ? ": it is PEM"
        : content.TrimEnd(" \r\n"u8) is [(byte)'{', .., not (byte)'}'] ? ": it is cut off"
        : "";

    internal sealed class StoredKeys
    {
        public string? Id { get; set; }

        public long? ChangedAt { get; set; }

        public IReadOnlyList<StoredKey?>? Keys { get; set; }
    }

    internal sealed class StoredKey
    {
        public string Kty { get; set; } = "RSA";

        public string? Use { get; set; }

        public string? Alg { get; set; }

        public string? Status { get; set; }

        public long? RetiredAt { get; set; }

        public long? DueAt { get; set; }

        public string? Kid { get; set; }

        public string? N { get; set; }

        public string? E { get; set; }

        public string? D { get; set; }

        public string? P { get; set; }

        public string? Q { get; set; }

        public string? Dp { get; set; }

        public string? Dq { get; set; }

        public string? Qi { get; set; }

        public static StoredKey From(RSAParameters rsa) => new()
        {
            N = Encode(rsa.Modulus),
            E = Encode(rsa.Exponent),
            D = Encode(rsa.D),
            P = Encode(rsa.P),
            Q = Encode(rsa.Q),
            Dp = Encode(rsa.DP),
            Dq = Encode(rsa.DQ),
            Qi = Encode(rsa.InverseQ),
        };

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

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(KeyFile.StoredKeys))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
