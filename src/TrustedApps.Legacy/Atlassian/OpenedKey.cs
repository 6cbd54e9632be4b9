using System.Buffers.Binary;
using TrustedApps.Text;

namespace TrustedApps.Legacy.Atlassian;

/// <summary>
/// The secret key that the header called Key of versions 1 and 2 opened to. No text shows it. Safe for concurrent use.
/// </summary>
/// <param name="header">The header.</param>
/// <param name="secretKey">The symmetric key.</param>
internal sealed class OpenedKey(string header, ReadOnlySpan<byte> secretKey)
{
    public const int Size = 16; // bytes, the first not zero

    private const int MaxCachedLength = 1024; // characters of Cert and URL

    private Binding? _latest;

    public string Header { get; } = header;

    /// <summary>Decrypts Cert.</summary>
    public Rc4 Cipher { get; } = new(secretKey);

    /// <summary>The secret key in the replay cache.</summary>
    public UInt128 ReplayKey { get; } = TextDigest.Of("key", BinaryPrimitives.ReadUInt128BigEndian(secretKey));

    public override string ToString() => nameof(OpenedKey);

    /// <summary>
    /// The value that replay keys of a request are bound to: a digest of secret key, Cert and URL. A client that sends
    /// its headers again sends these again, so the latest is cached.
    /// </summary>
    public UInt128 BindTo(string cert, string url)
    {
        if (Volatile.Read(ref _latest) is { } latest && latest.Cert == cert && latest.Url == url) return latest.Digest;

        UInt128 digest = TextDigest.Of(ReplayKey, cert, url);
        if (cert.Length + url.Length <= MaxCachedLength) Volatile.Write(ref _latest, new Binding(cert, url, digest));
        return digest;
    }

    private sealed record Binding(string Cert, string Url, UInt128 Digest);
}
