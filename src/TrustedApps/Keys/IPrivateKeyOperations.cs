using System.Security.Cryptography;

namespace TrustedApps.Keys;

/// <summary>
/// The private operations of one RSA key. The key itself stays behind this interface: it may be in this process, in
/// another one or in a hardware security module. Safe for concurrent use.
/// </summary>
internal interface IPrivateKeyOperations
{
    /// <summary>Signs a hash (RFC 8017, section 8).</summary>
    /// <param name="hash">The hash, as long as hashes of the algorithm are.</param>
    /// <param name="algorithm">The algorithm of the hash.</param>
    /// <param name="padding">The padding. Under PSS the salt is as long as the hash.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The signature, as long as the modulus.</returns>
    ValueTask<byte[]> SignHashAsync(
        ReadOnlyMemory<byte> hash,
        HashAlgorithmName algorithm,
        RSASignaturePadding padding,
        CancellationToken cancellationToken
    );

    /// <summary>Unwraps a key that was encrypted with RSA-OAEP and SHA-256 (RFC 8017, section 7.1).</summary>
    /// <param name="wrappedKey">The ciphertext, as long as the modulus.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>
    /// A new array, which the caller clears; null when the ciphertext does not open, without a difference between the
    /// causes (section 7.1.2). A key that cannot be reached is an exception, not null.
    /// </returns>
    ValueTask<byte[]?> UnwrapAsync(ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken);
}
