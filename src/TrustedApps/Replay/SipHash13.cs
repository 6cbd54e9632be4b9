using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace TrustedApps.Replay;

/// <summary>
/// Computes SipHash-1-3 of a replay key under a secret of this process. An application may choose its replay keys, but
/// cannot make them collide in one slot of a table. Aumasson and Bernstein designed it for this
/// (https://www.aumasson.jp/siphash).
/// </summary>
internal static class SipHash13
{
    private const int Length = 16; // bytes of a replay key

    private static readonly (ulong, ulong) _key = NewKey();

    public static ulong Of(UInt128 mark) => Of(mark, _key.Item1, _key.Item2);

    /// <summary>Returns SipHash-1-3 of the sixteen bytes of the replay key, lowest first.</summary>
    public static ulong Of(UInt128 mark, ulong key0, ulong key1)
    {
        ulong v0 = key0 ^ 0x736f6d6570736575, v1 = key1 ^ 0x646f72616e646f6d;
        ulong v2 = key0 ^ 0x6c7967656e657261, v3 = key1 ^ 0x7465646279746573;

        Compress((ulong)mark, ref v0, ref v1, ref v2, ref v3);
        Compress((ulong)(mark >> 64), ref v0, ref v1, ref v2, ref v3);
        Compress((ulong)Length << 56, ref v0, ref v1, ref v2, ref v3);

        v2 ^= 0xff;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compress(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    // Inlined, the four words stay in registers, and a hash takes a third of the time.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }

    private static (ulong, ulong) NewKey()
    {
        Span<byte> key = stackalloc byte[16];
        RandomNumberGenerator.Fill(key);
        return (BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));
    }
}
