using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using TrustedApps.Keys;

namespace TrustedApps.Storage.Tests.Keys;

/// <summary>A key grant from the wire, in the hands of a thief of keys.</summary>
internal sealed class CapturedGrant
{
    private readonly byte[] _encryptedKey;

    public CapturedGrant(string header)
    {
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(header.Split('.')[1]));
        string[] parts = claims.RootElement.GetProperty("cnf").GetProperty("jwe").GetString()!.Split('.');
        using var jwe = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        KeyId = jwe.RootElement.GetProperty("kid").GetString()!;
        _encryptedKey = Base64Url.DecodeFromChars(parts[1]);
    }

    /// <summary>The provider's key that it was wrapped to.</summary>
    public string KeyId { get; }

    /// <summary>Whether one of the private keys opens it, whatever its status.</summary>
    public bool OpensWith(ApplicationKeys keys)
    {
        using var text = JsonDocument.Parse(keys.ToBytes());
        return text.RootElement.GetProperty("keys").EnumerateArray().Any(key => Opens(ParametersOf(key)));
    }

    private static RSAParameters ParametersOf(JsonElement key)
    {
        return new RSAParameters
        {
            Modulus = Number("n"),
            Exponent = Number("e"),
            D = Number("d"),
            P = Number("p"),
            Q = Number("q"),
            DP = Number("dp"),
            DQ = Number("dq"),
            InverseQ = Number("qi"),
        };

        byte[] Number(string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
    }

    private bool Opens(RSAParameters key)
    {
        using RSA rsa = RSA.Create(key);
        try
        {
            return rsa.Decrypt(_encryptedKey, RSAEncryptionPadding.OaepSHA256).Length == 32;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
