using System.Diagnostics.CodeAnalysis;
using TrustedApps.Keys;

namespace TrustedApps.Certificates;

/// <summary>
/// The certificate of version 4, which applications exchange when trust is made: an id, a name and public keys, signed
/// by each signing key that it lists. Not X.509 (specification version-4.md, section 2). Immutable.
/// </summary>
/// <remarks>
/// It proves that its keys belong together, not who owns them: compare the fingerprints before trusting it.
/// </remarks>
public sealed class ApplicationCertificate
{
    private const int MaxFileLength = 65_538; // bytes: the longest document and a line end

    private readonly CertificateContent _content;
    private readonly byte[] _document;

    internal ApplicationCertificate(CertificateContent content, byte[] document) =>
        (_content, _document) = (content, document);

    /// <summary>The application id: 1 to 128 characters of <c>A-Z a-z 0-9 . _ : -</c>.</summary>
    public string Id => _content.Id;

    /// <summary>
    /// The name that the application gives itself: 1 to 255 characters. Hostile text: escape it on every page.
    /// </summary>
    public string Name => _content.Name;

    /// <summary>The time at which the content last changed, in whole seconds.</summary>
    public DateTimeOffset IssuedAt => DateTimeOffset.FromUnixTimeSeconds(_content.IssuedAt);

    /// <summary>
    /// The versions that the application states, 4 among them. Informative: the trust decides what is accepted.
    /// </summary>
    public IReadOnlyList<int> Versions => _content.Versions;

    /// <summary>
    /// The keys that sign key grants and this certificate: at least one. Show the fingerprint of each.
    /// </summary>
    public IReadOnlyList<RsaPublicKey> SigningKeys => _content.SigningKeys;

    /// <summary>The keys that session keys are wrapped to: at least one. Use the first.</summary>
    public IReadOnlyList<RsaPublicKey> EncryptionKeys => _content.EncryptionKeys;

    /// <summary>The path below its base URL at which an application serves the document.</summary>
    public const string Path = "/.well-known/trusted-app";

    /// <summary>The document's media type (RFC 7515 section 9.2.1).</summary>
    public const string MediaType = "application/jose+json";

    /// <summary>
    /// Reads a document and checks every rule of specification version-4.md, sections 1 and 2, the signatures included.
    /// </summary>
    /// <param name="jws">The bytes as received.</param>
    /// <param name="now">The time.</param>
    /// <param name="certificate">The certificate, if the bytes are valid.</param>
    /// <param name="problem">The problem, if they are not. Never repeats the document.</param>
    /// <returns>Whether the bytes are valid.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> jws,
        DateTimeOffset now,
        [NotNullWhen(true)] out ApplicationCertificate? certificate,
        [NotNullWhen(false)] out string? problem)
    {
        certificate = SignedCertificate.TryRead(jws, now, out CertificateContent? content, out problem)
            ? new ApplicationCertificate(content, jws.ToArray())
            : null;
        return certificate is not null;
    }

    /// <summary>
    /// Loads a document from a file, as <c>trusted-apps certificate show</c> writes it. A line end that an editor added
    /// is accepted.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="CertificateException">
    /// The file cannot be read, or does not hold a certificate; the message says why.
    /// </exception>
    public static ApplicationCertificate Load(string path, TimeProvider? time = null)
    {
        try
        {
            byte[] bytes = new byte[MaxFileLength + 1];
            using FileStream file = File.OpenRead(path);
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return TryRead(
                bytes.AsSpan(0, length).TrimEnd("\r\n"u8),
                (time ?? TimeProvider.System).GetUtcNow(),
                out ApplicationCertificate? certificate,
                out string? problem
            )
                ? certificate
                : throw new CertificateException($"{path}: {DescribeFile(bytes.AsSpan(0, length)) ?? problem}");
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateException(
                $"{path} does not exist. Correct the path; 'trusted-apps certificate show' makes the file, on the side of the application whose certificate it is.",
                cause
            );
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"{path} cannot be read: {cause.Message}", cause);
        }
    }

    // The two files of an application are easily mistaken for each other.
    private static string? DescribeFile(ReadOnlySpan<byte> file) => file.IndexOf("\"d\""u8) < 0
        ? null
        : "This is a key file with private keys, which must not leave its application. Name the certificate, which 'trusted-apps certificate show' makes of it.";

    /// <summary>Returns the document as it was read or signed.</summary>
    /// <returns>A new array of the bytes.</returns>
    public byte[] ToBytes() => [.. _document];

    /// <summary>Returns the id and the thumbprints of the signing keys.</summary>
    /// <returns>A text for logs.</returns>
    public override string ToString() => $"{Id} ({string.Join(", ", SigningKeys)})";
}
