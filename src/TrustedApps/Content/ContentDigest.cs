using System.Security.Cryptography;
using TrustedApps.Text;

namespace TrustedApps.Content;

/// <summary>
/// The claim of an assertion about the content of its request. The default value claims that there is none.
/// </summary>
internal readonly struct ContentDigest
{
    private const int DigestLength = 44; // characters of base64

    private readonly byte[]? _sha256;

    private ContentDigest(ContentDigestKind kind, byte[]? sha256) => (Kind, _sha256) = (kind, sha256);

    public ContentDigestKind Kind { get; }

    public bool IsUnbound => Kind == ContentDigestKind.Unbound;

    /// <summary>Content that the assertion does not bind.</summary>
    public static ContentDigest Unbound { get; } = new(ContentDigestKind.Unbound, null);

    /// <summary>Content with this SHA-256.</summary>
    public static ContentDigest OfHash(ReadOnlySpan<byte> sha256) => new(ContentDigestKind.Digest, sha256.ToArray());

    /// <summary>
    /// Parses a claim: the Content-Digest (RFC 9530) with one member, sha-256, without parameters; or none.
    /// </summary>
    public static bool TryRead(JsonText text, out ContentDigest claim)
    {
        claim = Unbound;
        if (text.Is("none"u8)) return true;

        claim = default;
        if (text.MaxLength > 6 * (DigestLength + 16)) return false; // each character escaped
        return TryRead(text.ToString(), out claim);
    }

    /// <summary>Parses the Content-Digest alone.</summary>
    public static bool TryRead(string digest, out ContentDigest claim)
    {
        claim = default;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        bool isDigest = digest.StartsWith("sha-256=:", StringComparison.Ordinal) && digest.EndsWith(':')
            && digest.Length == "sha-256=:".Length + DigestLength + 1
            && StrictBase64.TryDecodeExactly(digest.AsSpan("sha-256=:".Length, DigestLength), hash);
        if (isDigest) claim = OfHash(hash);
        return isDigest;
    }

    public bool IsOf(ReadOnlySpan<byte> sha256) =>
        Kind == ContentDigestKind.Digest && CryptographicOperations.FixedTimeEquals(_sha256, sha256);

    /// <summary>The claim as text; null if there is no content.</summary>
    public override string? ToString() => Kind switch
    {
        ContentDigestKind.Digest => $"sha-256=:{Convert.ToBase64String(_sha256!)}:",
        ContentDigestKind.Unbound => "none",
        _ => null,
    };
}

/// <summary>The kinds of claims about content.</summary>
internal enum ContentDigestKind
{
    /// <summary>There is no content.</summary>
    None,

    /// <summary>The content has this digest.</summary>
    Digest,

    /// <summary>The content is not bound.</summary>
    Unbound,
}
