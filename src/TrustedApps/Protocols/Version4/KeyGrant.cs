using System.Security.Cryptography;
using System.Text;
using TrustedApps.Responses;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// A key grant made by a consumer, or verified by a provider, with the keys that are derived from its session key.
/// </summary>
/// <param name="Token">The value of the Key header.</param>
/// <param name="Id">The token's <c>jti</c>: 22 characters.</param>
/// <param name="IdBits">The same as a number.</param>
/// <param name="IssuedAt">Seconds since 1970.</param>
/// <param name="ExpiresAt">Seconds since 1970.</param>
/// <param name="RequestKey">The key of assertions.</param>
/// <param name="ResponseKey">The key of response proofs.</param>
internal sealed record KeyGrant(
    string Token,
    string Id,
    UInt128 IdBits,
    long IssuedAt,
    long ExpiresAt,
    RequestKey RequestKey,
    ResponseKey ResponseKey
) : IKeyGrant
{
    public const int SessionKeySize = 32; // bytes

    /// <summary>
    /// The encoded protected header of assertions under this key grant, as this library writes it.
    /// </summary>
    public string AssertionHeader { get; } = AssertionToken.HeaderOf(Id);

    /// <summary>The same as bytes: the additional data of the encryption (RFC 7516 section 5.1).</summary>
    public byte[] AssertionHeaderBytes => field ??= Encoding.ASCII.GetBytes(AssertionHeader);

    /// <summary>
    /// Creates a key grant, and derives its keys from the session key, which is then zeroed (RFC 5869). The salt binds
    /// them to the whole token: to issuer, audience, base URL and lifetime.
    /// </summary>
    public static KeyGrant Create(
        string token, string id, UInt128 idBits, long issuedAt, long expiresAt, byte[] sessionKey)
    {
        byte[] salt = SHA256.HashData(Encoding.ASCII.GetBytes(token));
        byte[] requestKey = Derive(sessionKey, salt, "trusted-app-cert+jwt"u8);
        byte[] responseKey = Derive(sessionKey, salt, "trusted-app-response+jwt"u8);
        CryptographicOperations.ZeroMemory(sessionKey);
        return new(token, id, idBits, issuedAt, expiresAt, new RequestKey(requestKey), new ResponseKey(responseKey));
    }

    /// <summary>Zeroes the keys.</summary>
    public void Drop()
    {
        RequestKey.Drop();
        ResponseKey.Drop();
    }

    public override string ToString() => Id;

    private static byte[] Derive(byte[] sessionKey, byte[] salt, ReadOnlySpan<byte> info)
    {
        byte[] key = new byte[SessionKeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, sessionKey, key, salt, info);
        return key;
    }
}
