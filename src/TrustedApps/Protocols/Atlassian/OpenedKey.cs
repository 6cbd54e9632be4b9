using System.Buffers.Binary;
using TrustedApps.Replay;

namespace TrustedApps.Protocols.Atlassian;

/// <summary>What the Key header of versions 1 and 2 opened to, of which no text shows anything. Safe for concurrent use.</summary>
/// <param name="header">The header.</param>
/// <param name="secretKey">The symmetric key.</param>
internal sealed class OpenedKey(string header, ReadOnlySpan<byte> secretKey)
{
    public const int Size = 16; // bytes, the first not zero

    private const int MaxKeptLength = 1024; // characters of Cert and URL

    private Companion? _latest;

    public string Header { get; } = header;

    /// <summary>What decrypts Cert.</summary>
    public Rc4 Cipher { get; } = new(secretKey);

    /// <summary>The symmetric key in the replay memory.</summary>
    public UInt128 Mark { get; } = ReplayKey.Digest("key", BinaryPrimitives.ReadUInt128BigEndian(secretKey));

    public override string ToString() => nameof(OpenedKey);

    /// <summary>
    /// What it comes with, in the replay memory: a digest of key, Cert and URL. A client that sends its headers again
    /// sends these again, so the latest is kept.
    /// </summary>
    public UInt128 MarkCompanion(string cert, string url)
    {
        if (Volatile.Read(ref _latest) is { } latest && latest.Cert == cert && latest.Url == url) return latest.Digest;

        UInt128 digest = ReplayKey.Digest(Mark, cert, url);
        if (cert.Length + url.Length <= MaxKeptLength) Volatile.Write(ref _latest, new Companion(cert, url, digest));
        return digest;
    }

    private sealed record Companion(string Cert, string Url, UInt128 Digest);
}
