using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The processor time that the RSA operations of a verification are charged with. Estimates, so that neither a busy
/// machine nor a slow key elsewhere changes the number of key grants that are looked at.
/// </summary>
internal static class KeyGrantCost
{
    /// <summary>Verifying a signature and its hash: measured 22, 41 and 70 us, and 4 us for the hash.</summary>
    public static TimeSpan OfSignature(RsaPublicKey key) =>
        TimeSpan.FromMicroseconds(key.Bits <= 2048 ? 26 : key.Bits <= 3072 ? 45 : 75);

    /// <summary>Unwrapping a key of the same strength with a private key: measured 0.25, 1.8 and 4 ms.</summary>
    public static TimeSpan OfUnwrapping(RsaPublicKey key) =>
        TimeSpan.FromMicroseconds(key.Bits <= 2048 ? 300 : key.Bits <= 3072 ? 1800 : 4000);
}
