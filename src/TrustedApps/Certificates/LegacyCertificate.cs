using System.Diagnostics.CodeAnalysis;
using System.Text;
using TrustedApps.Keys;

namespace TrustedApps.Certificates;

/// <summary>
/// The legacy certificate, which applications exchange when trust is made: an id and a public key. Not X.509
/// (specification legacy.md, section 1). Immutable.
/// </summary>
public sealed class LegacyCertificate
{
    internal LegacyCertificate(string id, RsaPublicKey publicKey, int? version)
    {
        if (version is not (null or 1 or 2 or 3))
        {
            throw new ArgumentOutOfRangeException(
                nameof(version),
                version,
                "A legacy certificate must have version 1, 2 or 3."
            );
        }

        (Id, PublicKey, Version) = (id, publicKey, version);
    }

    private LegacyCertificate((string Id, RsaPublicKey PublicKey, int? Version) parts) =>
        (Id, PublicKey, Version) = parts;

    /// <summary>The application id.</summary>
    public string Id { get; }

    /// <summary>The application's public key. Check <see cref="RsaPublicKey.Weakness"/> before trusting it.</summary>
    public RsaPublicKey PublicKey { get; }

    /// <summary>
    /// The version that the document states; null if it states none, as in version 0. Informative: the trust decides
    /// what is accepted.
    /// </summary>
    public int? Version { get; }

    /// <summary>The path below its base URL at which an application serves the document.</summary>
    public const string Path = "/admin/appTrustCertificate";

    /// <summary>Reads a document.</summary>
    /// <param name="document">The bytes as received.</param>
    /// <param name="certificate">The certificate, if the bytes are valid.</param>
    /// <param name="problem">The problem, if they are not. Never repeats the document.</param>
    /// <returns>Whether the bytes are valid.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> document,
        [NotNullWhen(true)] out LegacyCertificate? certificate,
        [NotNullWhen(false)] out string? problem)
    {
        certificate = null;
        if (
            !CertificateDocument.TryRead(
                document,
                out (string Id, RsaPublicKey PublicKey, int? Version) parts,
                out problem
            )
        )
        {
            return false;
        }

        certificate = new LegacyCertificate(parts);
        return true;
    }

    /// <summary>Writes the document: UTF-8, lines separated by LF, no final newline.</summary>
    /// <returns>The bytes.</returns>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(CertificateDocument.Write(Id, PublicKey, Version));
}
