using System.Buffers.Binary;
using System.Security.Cryptography;
using TrustedApps.Text;

namespace TrustedApps.Protocols;

/// <summary>What an assertion says of the content of its request. The default value says that there is none.</summary>
internal readonly struct ContentClaim
{
    private const int DigestLength = 44; // characters of base64

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private ContentClaim(ContentClaimKind kind, UInt128 high, UInt128 low) => (Kind, _high, _low) = (kind, high, low);

    public ContentClaimKind Kind { get; }

    /// <summary>Content that the assertion does not bind.</summary>
    public static ContentClaim Unbound { get; } = new(ContentClaimKind.Unbound, 0, 0);

    /// <summary>Content with this SHA-256.</summary>
    public static ContentClaim OfHash(ReadOnlySpan<byte> sha256) => new(
        ContentClaimKind.Digest, BinaryPrimitives.ReadUInt128BigEndian(sha256), BinaryPrimitives.ReadUInt128BigEndian(sha256[16..]));

    /// <summary>Reads a claim: the Content-Digest (RFC 9530) with one member, sha-256, without parameters; or none.</summary>
    public static bool TryRead(JsonText text, out ContentClaim claim)
    {
        claim = Unbound;
        if (text.Is("none"u8)) return true;

        claim = default;
        if (text.MaxLength > 6 * (DigestLength + 16)) return false; // each character escaped
        string digest = text.ToString();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        bool isDigest = digest.StartsWith("sha-256=:", StringComparison.Ordinal) && digest.EndsWith(':')
            && digest.Length == "sha-256=:".Length + DigestLength + 1
            && StrictBase64.TryDecodeExactly(digest.AsSpan("sha-256=:".Length, DigestLength), hash);
        if (isDigest) claim = OfHash(hash);
        return isDigest;
    }

    public bool IsOf(ReadOnlySpan<byte> sha256)
    {
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        WriteHash(expected);
        return Kind == ContentClaimKind.Digest && CryptographicOperations.FixedTimeEquals(expected, sha256);
    }

    /// <summary>The claim as text; null when there is no content.</summary>
    public override string? ToString()
    {
        if (Kind != ContentClaimKind.Digest) return Kind == ContentClaimKind.Unbound ? "none" : null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        WriteHash(hash);
        return $"sha-256=:{Convert.ToBase64String(hash)}:";
    }

    private void WriteHash(Span<byte> hash)
    {
        BinaryPrimitives.WriteUInt128BigEndian(hash, _high);
        BinaryPrimitives.WriteUInt128BigEndian(hash[16..], _low);
    }
}

/// <summary>What is said of content.</summary>
internal enum ContentClaimKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It has this digest.</summary>
    Digest,

    /// <summary>Nothing is said of it.</summary>
    Unbound,
}
