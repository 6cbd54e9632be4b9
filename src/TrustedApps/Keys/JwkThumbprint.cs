using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.Keys;

/// <summary>JWK thumbprints with SHA-256 (RFC 7638).</summary>
internal static class JwkThumbprint
{
    public static string OfRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        // The required members only, in lexicographic order, without white space (RFC 7638 section 3.2).
        string members =
            $$"""{"e":"{{Base64Url.EncodeToString(exponent)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(modulus)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(members)));
    }
}
