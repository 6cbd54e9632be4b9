using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TrustedApps.Text;

/// <summary>Digests of texts and numbers for replay keys: 128 bits of SHA-256.</summary>
internal static class TextDigest
{
    private const int StackLimit = 512; // characters

    /// <summary>The digest of a label and a number.</summary>
    public static UInt128 Of(string label, UInt128 number)
    {
        Span<char> digits = stackalloc char[32];
        number.TryFormat(digits, out int length, "x32", CultureInfo.InvariantCulture);
        return Of(label, digits[..length]);
    }

    /// <summary>The digest of a number and two texts, of which neither runs into the other.</summary>
    public static UInt128 Of(UInt128 number, ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        Span<char> octets = stackalloc char[8];
        BinaryPrimitives.WriteUInt128BigEndian(MemoryMarshal.AsBytes(octets), number);
        return Of(octets, first, second);
    }

    /// <summary>The digest of two texts, of which neither runs into the other.</summary>
    public static UInt128 Of(ReadOnlySpan<char> first, ReadOnlySpan<char> second) => Of([], first, second);

    private static UInt128 Of(ReadOnlySpan<char> octets, ReadOnlySpan<char> first, ReadOnlySpan<char> second)
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
}
