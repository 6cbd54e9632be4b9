using System.Security.Cryptography;

namespace TrustedApps.Keys;

/// <summary>
/// The private operations of one RSA key that stays where it is: in another process, in a hardware security module, in
/// a key vault. <see cref="ExternalKey"/> makes a key of the application out of it. Safe for concurrent use.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>A failure to reach the key is an exception of any type. Its message goes to logs, so it holds no secret. It is
/// <see cref="PrivateKeyException"/> for the callers of this library, and a provider answers UNAVAILABLE with
/// Retry-After.</item>
/// <item>The token is cancelled as soon as the result is not needed: after 10 seconds at the latest. An operation that
/// ignores it keeps its place among <see cref="ExternalKey.MaxConcurrency"/>.</item>
/// <item>Nothing but failed padding leads to null in <see cref="UnwrapAsync"/>, and nothing, neither time nor a log
/// line, tells one cause of failed padding from another: such a difference lets an attacker decrypt (RFC 8017,
/// section 7.1.2).</item>
/// </list>
/// </remarks>
public interface IPrivateKeyOperations
{
    /// <summary>Signs a hash (RFC 8017, section 8).</summary>
    /// <param name="hash">The hash, as long as hashes of the algorithm are.</param>
    /// <param name="algorithm">The algorithm of the hash. Under version 4 always SHA-256.</param>
    /// <param name="padding">
    /// The padding. Under version 4 always PSS: MGF1 with the same algorithm, and a salt as long as the hash (PS256,
    /// RFC 7518 section 3.5).
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The signature, as long as the modulus. It is verified with the public key before it is used.</returns>
    ValueTask<byte[]> SignHashAsync(
        ReadOnlyMemory<byte> hash,
        HashAlgorithmName algorithm,
        RSASignaturePadding padding,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Unwraps a key that was encrypted with RSA-OAEP, with SHA-256 for the hash and for MGF1 and with an empty label
    /// (RFC 8017, section 7.1; RSA-OAEP-256, RFC 7518 section 4.3).
    /// </summary>
    /// <param name="wrappedKey">The ciphertext, as long as the modulus.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>
    /// A new array, which the caller clears; null when the ciphertext does not open, without a difference between the
    /// causes. A key that cannot be reached is an exception, not null.
    /// </returns>
    ValueTask<byte[]?> UnwrapAsync(ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken);
}
