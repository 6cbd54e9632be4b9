using System.Buffers.Binary;

namespace TrustedApps.Replay;

/// <summary>Writes and reads 128-bit numbers, highest byte first.</summary>
internal static class ReplayFormat
{
    private const int Size = 16; // bytes

    public static void Write(this BinaryWriter writer, UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        writer.Write(bytes);
    }

    public static UInt128 ReadUInt128(this BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[Size];
        reader.BaseStream.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
