using System.Numerics;
using System.Security.Cryptography;
using TrustedApps.Keys;

namespace TrustedApps.Protocols.Atlassian;

/// <summary>
/// RSA without padding, as versions 1 and 2 use it: the base class library has none. Nothing newer may use it
/// (docs/adr/0001).
/// </summary>
internal static class RawRsa
{
    /// <summary>
    /// The public operation. False when the number is not less than the modulus: Key and Key + n would be the same
    /// message in two spellings. False, too, under an even modulus, which no trust has.
    /// </summary>
    public static bool TryPublic(RsaPublicKey key, ReadOnlySpan<byte> input, out byte[] plaintext)
    {
        plaintext = [];
        Span<byte> buffer = stackalloc byte[1024]; // 8,192 bits at most
        Span<byte> power = buffer[..key.ModulusLength];
        if (OpeningCache.Of(key).Modulus is not { } modulus || !modulus.TryRaise(input, key.ExponentBytes, power)) return false;

        int zeros = power[..^1].IndexOfAnyExcept((byte)0);
        plaintext = power[(zeros < 0 ? power.Length - 1 : zeros)..].ToArray();
        return true;
    }

    /// <summary>
    /// The private operation, by the Chinese remainder theorem. BigInteger takes time that depends on its operands, so
    /// the message is blinded with a fresh random factor; and the result is checked, because one faulty half of it
    /// would give the private key away.
    /// </summary>
    public static byte[] Private(ApplicationKeys keys, ReadOnlySpan<byte> plaintext)
    {
        RSAParameters rsa = keys.LegacyKey.GetRawParameters();
        RsaPublicKey publicKey = keys.PublicKey;
        (BigInteger p, BigInteger q) = (ToNumber(rsa.P), ToNumber(rsa.Q));
        BigInteger n = publicKey.Modulus;
        BigInteger message = ToNumber(plaintext);

        (BigInteger blinding, BigInteger unblinding) = DrawBlinding(n, publicKey.ModulusLength);
        BigInteger blinded = message * Raise(publicKey, blinding) % n;
        BigInteger atP = BigInteger.ModPow(blinded % p, ToNumber(rsa.DP), p);
        BigInteger atQ = BigInteger.ModPow(blinded % q, ToNumber(rsa.DQ), q);
        BigInteger difference = ToNumber(rsa.InverseQ) * (atP - atQ) % p;
        BigInteger joined = atQ + ((difference.Sign < 0 ? difference + p : difference) * q);
        BigInteger result = joined * unblinding % n;

        if (Raise(publicKey, result) != message) throw new CryptographicException("The raw RSA operation failed its own check.");
        return ToBytes(result, publicKey.ModulusLength);
    }

    private static BigInteger Raise(RsaPublicKey key, BigInteger number) => TryPublic(key, ToBytes(number, key.ModulusLength), out byte[] power)
        ? ToNumber(power)
        : throw new CryptographicException("The modulus is even.");

    private static (BigInteger Blinding, BigInteger Unblinding) DrawBlinding(BigInteger n, int length)
    {
        Span<byte> random = stackalloc byte[1024]; // 8,192 bits at most
        while (true)
        {
            RandomNumberGenerator.Fill(random[..length]);
            BigInteger blinding = ToNumber(random[..length]) % n;
            if (TryInvert(blinding, n, out BigInteger inverse)) return (blinding, inverse);
        }
    }

    // The extended Euclidean algorithm.
    private static bool TryInvert(BigInteger number, BigInteger modulus, out BigInteger inverse)
    {
        (BigInteger remainder, BigInteger next) = (modulus, number);
        (inverse, BigInteger nextInverse) = (BigInteger.Zero, BigInteger.One);
        while (!next.IsZero)
        {
            BigInteger quotient = BigInteger.DivRem(remainder, next, out BigInteger rest);
            (remainder, next) = (next, rest);
            (inverse, nextInverse) = (nextInverse, inverse - (quotient * nextInverse));
        }

        if (inverse.Sign < 0) inverse += modulus;
        return remainder.IsOne;
    }

    private static BigInteger ToNumber(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] ToBytes(BigInteger number, int length)
    {
        byte[] bytes = new byte[length];
        int count = number.GetByteCount(isUnsigned: true);
        number.TryWriteBytes(bytes.AsSpan(length - count), out _, isUnsigned: true, isBigEndian: true);
        return bytes;
    }
}
