using System.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>A session key, and the token that wraps it. Made by a consumer, or verified by a provider.</summary>
/// <param name="Token">The value of the Key header.</param>
/// <param name="Id">The token's <c>jti</c>: 22 characters.</param>
/// <param name="IdBits">The same as a number.</param>
/// <param name="IssuedAt">Seconds since 1970.</param>
/// <param name="ExpiresAt">Seconds since 1970.</param>
/// <param name="AssertionHeader">
/// The encoded protected header of assertions under it, as this library writes it.
/// </param>
/// <param name="Key">The session key.</param>
internal sealed record KeyGrant(
    string Token,
    string Id,
    UInt128 IdBits,
    long IssuedAt,
    long ExpiresAt,
    string AssertionHeader,
    SessionKey Key
) : IKeyGrant
{
    /// <summary>The encoded header as bytes: the additional data of the encryption (RFC 7516 section 5.1).</summary>
    public byte[] AssertionHeaderBytes { get; } = Encoding.ASCII.GetBytes(AssertionHeader);

    public override string ToString() => Id;
}
