using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.Legacy.Tests.Atlassian;

/// <summary>Digests in replay keys, written out once more: the first 128 bits of SHA-256.</summary>
internal static class Digests
{
    public static UInt128 OfSecretKey(byte[] secretKey) => Of(Encoding.Unicode.GetBytes("key\n" + Convert.ToHexStringLower(secretKey)));

    public static UInt128 OfBinding(UInt128 replayKey, string cert, string url)
    {
        byte[] number = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(number, replayKey);
        return Of([.. number, .. Encoding.Unicode.GetBytes($"{cert}\n{url}")]);
    }

    private static UInt128 Of(byte[] bytes) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(bytes));
}
