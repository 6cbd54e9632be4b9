using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The session key as a JWE in compact serialization around a JWK (RFC 7516 section 7.1, RFC 7517 section 7): RSA-OAEP
/// with SHA-256, AES-256-GCM. Its header names the consumer, so that another consumer cannot put it into a key grant.
/// </summary>
internal static class WrappedKey
{
    private const int MaxEncodedKey = 6 * 43; // characters: base64url of 32 bytes, each escaped

    private static readonly JoseHeader _header = new(
        ("alg", "RSA-OAEP-256"),
        ("enc", "A256GCM"),
        ("kid", ""),
        ("iss", ""),
        ("cty", "jwk+json")
    );

    public static string Seal(ReadOnlySpan<byte> sessionKey, string issuer, RsaPublicKey wrappingKey)
    {
        byte[] contentKey = RandomNumberGenerator.GetBytes(KeyGrant.SessionKeySize);
        byte[] text = [.. "{\"kty\":\"oct\",\"k\":\""u8, .. Base64Url.EncodeToUtf8(sessionKey), .. "\"}"u8];
        byte[] encryptedKey = wrappingKey.Encrypt(contentKey);
        string header = _header.Write(wrappingKey.Thumbprint, issuer);
        byte[] nonce = RandomNumberGenerator.GetBytes(NonceGenerator.Size);
        byte[] tag = new byte[RequestKey.TagSize];
        using (var cipher = new AesGcm(contentKey, RequestKey.TagSize))
        {
            cipher.Encrypt(nonce, text, text, tag, Encoding.ASCII.GetBytes(header));
        }

        CryptographicOperations.ZeroMemory(contentKey);
        return string.Join(
            '.',
            header,
            Base64Url.EncodeToString(encryptedKey),
            Base64Url.EncodeToString(nonce),
            Base64Url.EncodeToString(text),
            Base64Url.EncodeToString(tag)
        );
    }

    /// <summary>Returns the session key; null for every fault, without a difference (RFC 7516 section 11.5).</summary>
    public static async ValueTask<byte[]?> OpenAsync(
        string token,
        string issuer,
        ApplicationKeys keys,
        DateTimeOffset now,
        CancellationToken cancellationToken = default
    )
    {
        if (Read(token, issuer, out string keyId) is not { } parts) return null;
        if (keys.FindEncryptionKey(keyId, now) is not { } key) return null;

        // A content key that does not unwrap is replaced by a random one: both failures take the same way.
        byte[]? unwrapped = await key.UnwrapAsync(parts.EncryptedKey, cancellationToken).ConfigureAwait(false);
        byte[] contentKey = unwrapped is { Length: KeyGrant.SessionKeySize }
            ? unwrapped
            : RandomNumberGenerator.GetBytes(KeyGrant.SessionKeySize);
        byte[]? sessionKey = null;
        if (TryDecrypt(contentKey, parts)) TryReadKey(parts.Text, out sessionKey);
        CryptographicOperations.ZeroMemory(unwrapped);
        CryptographicOperations.ZeroMemory(contentKey);
        CryptographicOperations.ZeroMemory(parts.Text);
        return sessionKey;
    }

    private static Parts? Read(ReadOnlySpan<char> token, string issuer, out string keyId)
    {
        keyId = "";
        Span<Range> parts = stackalloc Range[6];
        if (token.Length > KeyGrantToken.MaxLength || token.Split(parts, '.') != 5) return null;

        string[] varying = ["", ""];
        if (!_header.TryRead(token[parts[0]], varying) || varying[1] != issuer) return null;
        keyId = varying[0];

        (byte[] nonce, byte[] tag) = (new byte[NonceGenerator.Size], new byte[RequestKey.TagSize]);
        if (!StrictBase64Url.TryDecode(token[parts[1]], out byte[]? encryptedKey)) return null;
        if (!StrictBase64Url.TryDecodeExactly(token[parts[2]], nonce)) return null;
        if (!StrictBase64Url.TryDecode(token[parts[3]], out byte[]? text)) return null;
        if (!StrictBase64Url.TryDecodeExactly(token[parts[4]], tag)) return null;
        return new Parts(Encoding.ASCII.GetBytes(token[parts[0]].ToString()), encryptedKey, nonce, text, tag);
    }

    private static bool TryDecrypt(byte[] contentKey, Parts parts)
    {
        try
        {
            using var cipher = new AesGcm(contentKey, RequestKey.TagSize);
            cipher.Decrypt(parts.Nonce, parts.Text, parts.Tag, parts.Text, parts.AdditionalData);
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
        byte[] key = new byte[KeyGrant.SessionKeySize];
        bool hasKey = false;
        Span<char> encoded = stackalloc char[MaxEncodedKey];

        json.BeginObject();
        while (json.NextName(out JsonText name))
        {
            if (!json.ReadString(out JsonText value)) return false;
            if (name.Is("kty"u8)) isOctets = value.Is("oct"u8);
            else if (name.Is("k"u8))
            {
                hasKey =
                    value.MaxLength <= MaxEncodedKey
                    && value.TryWriteAscii(encoded, out int length)
                    && StrictBase64Url.TryDecodeExactly(encoded[..length], key);
            }
            else return false;
        }

        encoded.Clear();
        if (json.IsDone && isOctets && hasKey) sessionKey = key;
        return sessionKey is not null;
    }

    /// <summary>The decoded parts of a token. The text is decrypted in place.</summary>
    private sealed record Parts(byte[] AdditionalData, byte[] EncryptedKey, byte[] Nonce, byte[] Text, byte[] Tag);
}
