using System.Buffers.Binary;
using System.Text.Json;
using TrustedApps.Protocols.Version4;
using TrustedApps.Text;

namespace TrustedApps.Trials;

/// <summary>The text of a key grant, what it says, and its session key.</summary>
internal sealed class TrialKeyGrantText
{
    private readonly byte[] _sessionKey;
    private readonly (string Id, UInt128 Bits, long IssuedAt, long ExpiresAt) _life;

    private TrialKeyGrantText(string token, byte[] sessionKey)
    {
        (Token, _sessionKey) = (token, sessionKey);
        string[] parts = token.Split('.');
        using JsonDocument header = Decode(parts[0]), claims = Decode(parts[1]);
        SigningKeyId = TextOf(header, "kid");
        (Issuer, Audience, BaseUrl) = (TextOf(claims, "iss"), TextOf(claims, "aud"), TextOf(claims, "base"));
        string id = TextOf(claims, "jti");
        byte[] bits = new byte[16];
        if (!StrictBase64Url.TryDecodeExactly(id, bits)) throw new FormatException();
        _life = (id, BinaryPrimitives.ReadUInt128BigEndian(bits), TimeOf(claims, "iat"), TimeOf(claims, "exp"));
    }

    public string Token { get; }

    public string SigningKeyId { get; }

    public string Issuer { get; }

    public string Audience { get; }

    public string BaseUrl { get; }

    /// <summary>The session key.</summary>
    public ReadOnlySpan<byte> SessionKey => _sessionKey;

    /// <summary>Reads the text of a key grant; null if it is malformed.</summary>
    public static TrialKeyGrantText? TryRead(string? token, string? sessionKey)
    {
        byte[] key = new byte[KeyGrant.SessionKeySize];
        bool isToken = token?.Length <= KeyGrantToken.MaxLength && token.Split('.').Length == 3;
        if (!isToken || !StrictBase64Url.TryDecodeExactly(sessionKey, key)) return null;
        try
        {
            return new(token!, key);
        }
        catch (Exception malformed)
            when (malformed is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    public static TrialKeyGrantText Of(string token, byte[] sessionKey) => new(token, sessionKey);

    public KeyGrant Derive() =>
        KeyGrant.Create(Token, _life.Id, _life.Bits, _life.IssuedAt, _life.ExpiresAt, [.. _sessionKey]);

    public override string ToString() => _life.Id;

    private static JsonDocument Decode(string part) =>
        StrictBase64Url.TryDecode(part, out byte[]? json) ? JsonDocument.Parse(json) : throw new FormatException();

    private static string TextOf(JsonDocument json, string name) =>
        json.RootElement.GetProperty(name).GetString() ?? throw new FormatException();

    private static long TimeOf(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetInt64();
}
