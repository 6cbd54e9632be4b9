using System.Security.Cryptography;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Initialization vectors: 96 random bits for each assertion. A call to the operating system costs the same for one as
/// for many, so each thread draws a few at once and uses each of them once.
/// </summary>
internal static class RandomNonces
{
    public const int Size = 12; // bytes; RFC 7518 section 5.3

    private const int BlockSize = 32 * Size; // few, so that a copy of a running machine repeats few

    [ThreadStatic]
    private static byte[]? _block;

    [ThreadStatic]
    private static int _used;

    public static void Next(Span<byte> nonce)
    {
        if (_block is null || _used == BlockSize)
        {
            _block ??= new byte[BlockSize];
            RandomNumberGenerator.Fill(_block);
            _used = 0;
        }

        _block.AsSpan(_used, Size).CopyTo(nonce);
        _used += Size;
    }
}
