using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrustedApps.Keys;

/// <summary>
/// One RSA key of this application whose private part stays where it is: behind <see cref="IPrivateKeyOperations"/>, an
/// <see cref="RSA"/> object or an X.509 certificate.
/// <see cref="ApplicationKeys.Create(string, ExternalKey, ExternalKey, DateTimeOffset)"/>
/// makes the keys of an application out of two. Immutable; safe for concurrent use.
/// </summary>
/// <example>
/// <code>
/// ApplicationKeys keys = ApplicationKeys.Create(
///     "wiki:8731",
///     signing: ExternalKey.FromCertificate(signingCertificate),
///     encryption: new ExternalKey(RsaPublicKey.Parse(base64), new VaultKey(vault, "wiki-encryption")),
///     changedAt: new DateTimeOffset(2027, 3, 1, 0, 0, 0, TimeSpan.Zero));
/// </code>
/// </example>
public sealed class ExternalKey
{
    /// <summary>Names the key; nothing is asked of it yet.</summary>
    /// <param name="publicKey">The public key.</param>
    /// <param name="operations">The operations with its private part.</param>
    /// <param name="maxConcurrency">See <see cref="MaxConcurrency"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not 1 to 1,000.</exception>
    public ExternalKey(RsaPublicKey publicKey, IPrivateKeyOperations operations, int maxConcurrency = 16)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxConcurrency, 1000);
        (PublicKey, MaxConcurrency) = (publicKey, maxConcurrency);
        Operations = new ExternalOperations(publicKey, operations, maxConcurrency);
    }

    /// <summary>The public key.</summary>
    public RsaPublicKey PublicKey { get; }

    /// <summary>
    /// The number of operations that may be under way at once. Further ones wait, in the order in which they came, and
    /// for 10 seconds at most.
    /// </summary>
    /// <value>Default 16; 1 to 1,000.</value>
    public int MaxConcurrency { get; }

    internal IPrivateKeyOperations Operations { get; }

    /// <summary>
    /// Uses an <see cref="RSA"/> object, which may be one that cannot be exported, such as a key of a token. It is used
    /// by one operation at a time.
    /// </summary>
    /// <param name="rsa">The object. It belongs to the keys from now on: neither use nor dispose it.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The public key cannot be used; the message says why.</exception>
    /// <remarks>
    /// An RSA object throws the same exception for a ciphertext that does not open and for a token that was removed:
    /// the latter then looks like a bad key grant. Where that matters, implement <see cref="IPrivateKeyOperations"/>.
    /// </remarks>
    public static ExternalKey FromRsa(RSA rsa)
    {
        ArgumentNullException.ThrowIfNull(rsa);
        return new ExternalKey(ReadPublicKey(rsa, nameof(rsa)), new RsaOperations(() => rsa), maxConcurrency: 1);
    }

    /// <summary>
    /// Uses the private key of an X.509 certificate, which may be one that cannot be exported. The certificate is
    /// nothing but the place of the key: its names, its chain and its expiry do not matter.
    /// </summary>
    /// <param name="certificate">The certificate. Do not dispose it while the key is used.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">
    /// The certificate has no private key, or not one that can be used; the message says why.
    /// </exception>
    public static ExternalKey FromCertificate(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        using RSA? key = certificate.HasPrivateKey ? certificate.GetRSAPrivateKey() : null;
        if (key is null)
        {
            throw new ArgumentException(
                $"The certificate {certificate.Thumbprint} has no RSA private key, so it cannot be a key of this application.",
                nameof(certificate)
            );
        }

        return new ExternalKey(
            ReadPublicKey(key, nameof(certificate)),
            new RsaOperations(() => certificate.GetRSAPrivateKey()!),
            Environment.ProcessorCount
        );
    }

    /// <summary>Returns the thumbprint of the public key.</summary>
    /// <returns>The thumbprint.</returns>
    public override string ToString() => PublicKey.Thumbprint;

    private static RsaPublicKey ReadPublicKey(RSA rsa, string parameter) =>
        RsaPublicKey.TryRead(rsa.ExportSubjectPublicKeyInfo(), out RsaPublicKey? key, out string? problem)
            ? key
            : throw new ArgumentException(problem, parameter);
}
