using System.Security.Cryptography;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Initialization vectors: 96 random bits for each assertion. A call to the operating system costs the same for one as
/// for many, so under load each thread draws a few at once and uses each of them once.
/// </summary>
internal static class NonceGenerator
{
    public const int Size = 12; // bytes; RFC 7518 section 5.3

    private const int BlockSize = 32 * Size;

    // A machine that is started from a snapshot finds its nonces older than this by its clock, and draws others; one
    // that
    // goes on twice within this time would use them twice (docs/security.md).
    private const long Lifetime = 50; // milliseconds

    [ThreadStatic]
    private static byte[]? _block;

    [ThreadStatic]
    private static int _used;

    [ThreadStatic]
    private static long _drawnAt;

    /// <summary>Writes a nonce that nobody gets again.</summary>
    /// <param name="nonce">Gets it.</param>
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
        _used = BlockSize; // until there are others
        RandomNumberGenerator.Fill(block);
        (_block, _used, _drawnAt) = (block, 0, now);
    }
}
