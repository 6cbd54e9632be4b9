using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The session key as a JWE in compact serialization around a JWK (RFC 7516 section 7.1, RFC 7517 section 7): RSA-OAEP
/// with SHA-256, AES-256-GCM. Its header says whose it is, so that nobody else can put it into a grant.
/// </summary>
internal static class WrappedKey
{
    private const int MaxEncodedKey = 6 * 43; // characters: base64url of 32 bytes, each escaped
    private const int MaxKeyLength = 1024; // bytes of an encrypted key: 8,192 bits

    private static readonly JoseHeader _header = new(("alg", "RSA-OAEP-256"), ("enc", "A256GCM"), ("kid", ""), ("iss", ""), ("cty", "jwk+json"));

    public static string Seal(ReadOnlySpan<byte> sessionKey, string issuer, RsaPublicKey wrappingKey)
    {
        byte[] contentKey = RandomNumberGenerator.GetBytes(SessionKey.Size);
        byte[] text = [.. "{\"kty\":\"oct\",\"k\":\""u8, .. Base64Url.EncodeToUtf8(sessionKey), .. "\"}"u8];
        byte[] encryptedKey = wrappingKey.Encrypt(contentKey);
        string header = _header.Write(wrappingKey.Thumbprint, issuer);
        byte[] nonce = RandomNumberGenerator.GetBytes(NonceGenerator.Size);
        byte[] tag = new byte[SessionKey.TagSize];
        using (var cipher = new AesGcm(contentKey, SessionKey.TagSize)) cipher.Encrypt(nonce, text, text, tag, Encoding.ASCII.GetBytes(header));
        CryptographicOperations.ZeroMemory(contentKey);
        return string.Join('.', header, Base64Url.EncodeToString(encryptedKey), Base64Url.EncodeToString(nonce), Base64Url.EncodeToString(text), Base64Url.EncodeToString(tag));
    }

    /// <summary>One answer for whatever is wrong (RFC 7516 section 11.5).</summary>
    public static bool TryOpen(string token, string issuer, ApplicationKeys keys, DateTimeOffset now, [NotNullWhen(true)] out byte[]? sessionKey)
    {
        sessionKey = null;
        ReadOnlySpan<char> text = token;
        Span<Range> parts = stackalloc Range[6];
        if (text.Length > KeyGrantToken.MaxLength || text.Split(parts, '.') != 5) return false;

        string[] varying = ["", ""];
        if (!_header.TryRead(text[parts[0]], varying) || varying[1] != issuer) return false;
        if (keys.FindEncryptionKey(varying[0], now) is not { } key) return false;

        Span<byte> buffer = stackalloc byte[MaxKeyLength];
        Span<byte> encryptedKey = buffer[..key.PublicKey.ModulusLength];
        Span<byte> nonce = stackalloc byte[NonceGenerator.Size];
        Span<byte> tag = stackalloc byte[SessionKey.TagSize];
        if (!StrictBase64Url.TryDecodeExactly(text[parts[1]], encryptedKey)) return false;
        if (!StrictBase64Url.TryDecodeExactly(text[parts[2]], nonce)) return false;
        if (!StrictBase64Url.TryDecode(text[parts[3]], out byte[]? plaintext)) return false;
        if (!StrictBase64Url.TryDecodeExactly(text[parts[4]], tag)) return false;

        // A key that does not open is replaced by a random one, so that both failures take the same way.
        Span<byte> contentKey = stackalloc byte[MaxKeyLength];
        if (!key.TryDecrypt(encryptedKey, contentKey, out int length) || length != SessionKey.Size) RandomNumberGenerator.Fill(contentKey[..SessionKey.Size]);
        bool opened = TryDecrypt(contentKey[..SessionKey.Size], nonce, plaintext, tag, Encoding.ASCII.GetBytes(token[parts[0]]))
            && TryReadKey(plaintext, out sessionKey);
        CryptographicOperations.ZeroMemory(contentKey);
        CryptographicOperations.ZeroMemory(plaintext);
        return opened;
    }

    private static bool TryDecrypt(ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> nonce, byte[] text, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> additionalData)
    {
        try
        {
            using var cipher = new AesGcm(contentKey, SessionKey.TagSize);
            cipher.Decrypt(nonce, text, tag, text, additionalData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static bool TryReadKey(ReadOnlySpan<byte> text, out byte[]? sessionKey)
    {
        sessionKey = null;
        var json = new StrictJson(text);
        bool isOctets = false;
        byte[] key = new byte[SessionKey.Size];
        bool hasKey = false;
        Span<char> encoded = stackalloc char[MaxEncodedKey];

        json.BeginObject();
        while (json.NextName(out JsonText name))
        {
            if (!json.ReadString(out JsonText value)) return false;
            if (name.Is("kty"u8)) isOctets = value.Is("oct"u8);
            else if (name.Is("k"u8)) hasKey = value.MaxLength <= MaxEncodedKey && value.TryWriteAscii(encoded, out int length) && StrictBase64Url.TryDecodeExactly(encoded[..length], key);
            else return false;
        }

        encoded.Clear();
        if (json.IsDone && isOctets && hasKey) sessionKey = key;
        return sessionKey is not null;
    }
}
