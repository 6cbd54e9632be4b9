using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>A grant whose claims hold and whose signature nobody has looked at.</summary>
internal sealed record KeyGrantCandidate(
    string Token,
    RsaPublicKey SigningKey,
    string Id,
    UInt128 IdBits,
    long IssuedAt,
    long ExpiresAt,
    string WrappedKey
);
