using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>A key grant whose claims are valid and whose signature is not verified yet.</summary>
internal sealed record KeyGrantCandidate(
    string Token,
    RsaPublicKey SigningKey,
    string Id,
    UInt128 IdBits,
    long IssuedAt,
    long ExpiresAt,
    string WrappedKey
);
