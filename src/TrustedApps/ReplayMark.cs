using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TrustedApps;

/// <summary>Something that may come once, or again only with the same companion.</summary>
/// <param name="Key">What may come once.</param>
/// <param name="Companion">What it may come again with.</param>
public readonly record struct ReplayMark(UInt128 Key, UInt128 Companion)
{
    /// <summary>128 bits of SHA-256 over a label and a number.</summary>
    internal static UInt128 Digest(string label, UInt128 number)
    {
        Span<char> digits = stackalloc char[32];
        number.TryFormat(digits, out int length, "x32", CultureInfo.InvariantCulture);
        return Digest(label, digits[..length]);
    }

    /// <summary>128 bits of SHA-256 over two texts, of which neither runs into the other.</summary>
    internal static UInt128 Digest(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        int size = first.Length + second.Length + 1;
        char[] rented = ArrayPool<char>.Shared.Rent(size);
        first.CopyTo(rented);
        rented[first.Length] = '\n'; // in neither: both are header values, URLs or labels
        second.CopyTo(rented.AsSpan(first.Length + 1));

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(rented.AsSpan(0, size)), hash);
        ArrayPool<char>.Shared.Return(rented, clearArray: true);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
