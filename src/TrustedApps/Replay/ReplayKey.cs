using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TrustedApps.Replay;

/// <summary>Something that may come once, or again only with the same companion.</summary>
/// <param name="Key">What may come once.</param>
/// <param name="BoundTo">What it may come again with.</param>
public readonly record struct ReplayKey(UInt128 Key, UInt128 BoundTo)
{
    /// <summary>128 bits of SHA-256 over a label and a number.</summary>
    internal static UInt128 Digest(string label, UInt128 number)
    {
        Span<char> digits = stackalloc char[32];
        number.TryFormat(digits, out int length, "x32", CultureInfo.InvariantCulture);
        return Digest(label, digits[..length]);
    }

    /// <summary>128 bits of SHA-256 over a number and two texts, of which neither runs into the other.</summary>
    internal static UInt128 Digest(UInt128 number, ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        Span<char> octets = stackalloc char[8];
        BinaryPrimitives.WriteUInt128BigEndian(MemoryMarshal.AsBytes(octets), number);
        return Digest(octets, first, second);
    }

    /// <summary>128 bits of SHA-256 over two texts, of which neither runs into the other.</summary>
    internal static UInt128 Digest(ReadOnlySpan<char> first, ReadOnlySpan<char> second) => Digest([], first, second);

    private static UInt128 Digest(ReadOnlySpan<char> octets, ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        int size = octets.Length + first.Length + second.Length + 1;
        char[]? rented = size > StackLimit ? ArrayPool<char>.Shared.Rent(size) : null;
        Span<char> text = rented ?? stackalloc char[StackLimit];
        octets.CopyTo(text);
        first.CopyTo(text[octets.Length..]);
        text[octets.Length + first.Length] = '\n'; // in neither: both are header values, URLs or labels
        second.CopyTo(text[(octets.Length + first.Length + 1)..]);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text[..size]), hash);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented, clearArray: true);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private const int StackLimit = 512; // characters
}
