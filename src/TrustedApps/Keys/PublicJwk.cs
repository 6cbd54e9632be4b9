using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TrustedApps.Text;

namespace TrustedApps.Keys;

/// <summary>The public keys in a certificate: JWKs (RFC 7517, RFC 7518 section 6.3.1) of one fixed shape.</summary>
internal static class PublicJwk
{
    private const string Exponent = "AQAB"; // 65537

    private static readonly byte[] _exponentBytes = [1, 0, 1];
    private static readonly string[] _members = ["kty", "use", "alg", "kid", "n", "e"];

    public static void Write(Utf8JsonWriter json, KeyUse use, RsaPublicKey key)
    {
        (string name, string? algorithm) = JoseUse.Of(use);
        json.WriteStartObject();
        json.WriteString("kty", "RSA");
        json.WriteString("use", name);
        json.WriteString("alg", algorithm);
        json.WriteString("kid", key.Thumbprint);
        json.WriteString("n", System.Buffers.Text.Base64Url.EncodeToString(key.ModulusBytes));
        json.WriteString("e", Exponent);
        json.WriteEndObject();
    }

    public static bool TryRead(
        ref StrictJson json,
        out KeyUse use,
        [NotNullWhen(true)] out RsaPublicKey? key,
        [NotNullWhen(false)] out string? problem
    )
    {
        (use, key, problem) = (
            default,
            null,
            "A key of the certificate is not a JWK of exactly kty, use, alg, kid, n and e."
        );
        if (
            !TryReadMembers(ref json, out string?[] values)
            || values is not [{ } type, { } useName, { } algorithm, { } keyId, { } n, { } e]
        )
        {
            return false;
        }

        problem = "A key of the certificate is neither for PS256 signatures nor for RSA-OAEP-256.";
        if (type != "RSA" || JoseUse.Find(useName, algorithm) is not { } found || found == KeyUse.Legacy) return false;

        problem =
            "The exponent of a key of the certificate is not AQAB, or its modulus is not canonical base64url without leading zeros.";
        if (e != Exponent || !StrictBase64Url.TryDecode(n, out byte[]? modulus) || modulus is [] or [0, ..])
        {
            return false;
        }

        problem =
            $"A key of the certificate must have {KeyStrength.MinimumBits} to {KeyStrength.MaximumVersion4Bits} bits.";
        if (modulus.Length is < KeyStrength.MinimumBits / 8 or > KeyStrength.MaximumVersion4Bits / 8) return false;
        if (modulus.Length == KeyStrength.MinimumBits / 8 && modulus[0] < 0x80) return false;
        if (!RsaKeyEncoding.TryCreate(modulus, _exponentBytes, out key, out problem)) return false;

        problem = "The kid of a key of the certificate is not its thumbprint.";
        if (keyId != key.Thumbprint) return false;
        (use, problem) = (found, null);
        return true;
    }

    private static bool TryReadMembers(ref StrictJson json, out string?[] values)
    {
        values = new string?[_members.Length];
        if (!json.BeginObject()) return false;
        while (json.NextName(out JsonText name))
        {
            int index = 0;
            while (index < _members.Length && !name.Is(_members[index])) index++;
            if (index == _members.Length || !json.ReadString(out JsonText value)) return false;
            values[index] = value.ToString();
        }

        return true;
    }
}
