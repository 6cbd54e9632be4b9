using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static System.Buffers.Text.Base64Url;

namespace TrustedApps.Bench.Setup;

/// <summary>The request key of a grant, for measuring AES-GCM alone on the very bytes that the library works on.</summary>
internal sealed class OpenedGrant
{
    public const int TagSize = 16; // bytes

    private OpenedGrant(string token, byte[] key) => (Token, Cipher) = (token, new AesGcm(key, TagSize));

    public string Token { get; }

    /// <summary>Made once: making one costs more than using it.</summary>
    public AesGcm Cipher { get; }

    /// <summary>Opens a grant as its provider does, without checking anything.</summary>
    public static OpenedGrant Open(string token)
    {
        using var claims = JsonDocument.Parse(DecodeFromChars(token.Split('.')[1]));
        string[] wrapped = claims.RootElement.GetProperty("cnf").GetProperty("jwe").GetString()!.Split('.');
        byte[] contentKey = BenchKeys.TrackerEncryption.Decrypt(DecodeFromChars(wrapped[1]), RSAEncryptionPadding.OaepSHA256);
        byte[] text = DecodeFromChars(wrapped[3]);
        using var cipher = new AesGcm(contentKey, TagSize);
        cipher.Decrypt(DecodeFromChars(wrapped[2]), text, DecodeFromChars(wrapped[4]), text, Encoding.ASCII.GetBytes(wrapped[0]));
        using var jwk = JsonDocument.Parse(text);
        byte[] sessionKey = DecodeFromChars(jwk.RootElement.GetProperty("k").GetString());
        byte[] salt = SHA256.HashData(Encoding.ASCII.GetBytes(token));
        byte[] info = Encoding.ASCII.GetBytes("trusted-app-cert+jwt");
        return new OpenedGrant(token, HKDF.DeriveKey(HashAlgorithmName.SHA256, sessionKey, 32, salt, info));
    }
}
