using System.Security.Cryptography;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Generates initialization vectors: 96 random bits for each assertion. A call to the operating system costs the same
/// for one as for many, so under load each thread draws a block and uses each vector once.
/// </summary>
internal static class NonceGenerator
{
    public const int Size = 12; // bytes; RFC 7518 section 5.3

    private const int BlockSize = 32 * Size;

    // A machine that is restored from a snapshot finds its nonces older than this by its clock, and draws new ones. If
    // it is restored twice within this time, it would use them twice (docs/security.md).
    private const long Lifetime = 50; // milliseconds

    [ThreadStatic]
    private static byte[]? _block;

    [ThreadStatic]
    private static int _used;

    [ThreadStatic]
    private static long _drawnAt;

    /// <summary>Writes a nonce that is never used again.</summary>
    /// <param name="nonce">Receives the nonce.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public static void Next(Span<byte> nonce, long now)
    {
        if (_block is null || _used == BlockSize || now - _drawnAt is < 0 or > Lifetime) Draw(now);
        _block.AsSpan(_used, Size).CopyTo(nonce);
        _used += Size;
    }

    private static void Draw(long now)
    {
        byte[] block = _block ?? new byte[BlockSize];
        _used = BlockSize; // forces a new block
        RandomNumberGenerator.Fill(block);
        (_block, _used, _drawnAt) = (block, 0, now);
    }
}
