using System.Formats.Asn1;
using System.Numerics;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

/// <summary>DER put together piece by piece, so that any piece can be wrong.</summary>
internal static class Der
{
    public const string RsaEncryption = "1.2.840.113549.1.1.1";

    public static byte[] PublicKey(byte[] modulus, byte[] exponent, string oid = RsaEncryption) =>
        Sequence(Algorithm(oid), Bits(Sequence(Integer(modulus), Integer(exponent))));

    /// <summary>A public key of so many bits. Nobody knows its private part.</summary>
    public static RsaPublicKey KeyOf(int bits, BigInteger exponent)
    {
        BigInteger modulus = (BigInteger.One << (bits - 1)) + 1;
        while (true)
        {
            byte[] der = PublicKey(
                modulus.ToByteArray(isUnsigned: true, isBigEndian: true), exponent.ToByteArray(isUnsigned: true, isBigEndian: true));
            if (RsaPublicKey.TryRead(der.AsSpan(), out RsaPublicKey? key, out _)) return key;
            modulus += 2; // it had a small factor
        }
    }

    public static byte[] Algorithm(string oid, byte[]? parameters = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return Sequence(writer.Encode(), parameters ?? [0x05, 0x00]);
    }

    public static byte[] Sequence(params byte[][] parts) => Element(0x30, [.. parts.SelectMany(part => part)]);

    public static byte[] Bits(byte[] content, byte unused = 0) => Element(0x03, [unused, .. content]);

    /// <summary>A number that is not negative.</summary>
    public static byte[] Integer(params byte[] magnitude) =>
        RawInteger(magnitude is [>= 0x80, ..] or [] ? [0, .. magnitude] : magnitude);

    public static byte[] RawInteger(params byte[] content) => Element(0x02, content);

    public static byte[] Element(byte tag, byte[] content)
    {
        byte[] length = content.Length switch
        {
            < 0x80 => [(byte)content.Length],
            < 0x100 => [0x81, (byte)content.Length],
            _ => [0x82, (byte)(content.Length >> 8), (byte)content.Length],
        };
        return [tag, .. length, .. content];
    }
}
