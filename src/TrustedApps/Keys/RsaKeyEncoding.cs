using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace TrustedApps.Keys;

/// <summary>DER SubjectPublicKeyInfo of RSA keys (RFC 5280 section 4.1.2.7, RFC 8017 appendix A.1).</summary>
internal static class RsaKeyEncoding
{
    public const int MaxBase64Length = 4096; // an 8,192-bit key takes 1,500 characters

    private const int MaxLength = MaxBase64Length / 4 * 3; // bytes; also bounds how deep values can lie in each other

    private const string RsaEncryption = "1.2.840.113549.1.1.1";

    private const string RsassaPss = "1.2.840.113549.1.1.10";

    // Documents of old applications name RSA keys by the other two as well.
    private static readonly string[] _rsaOids = [RsaEncryption, RsassaPss, "2.5.8.1.1"];

    // The product of the odd primes below 256: a modulus that shares a factor with it is not an RSA modulus.
    private static readonly BigInteger _smallPrimes = Enumerable.Range(3, 253)
        .Where(number => Enumerable.Range(2, number - 2).All(divisor => number % divisor != 0))
        .Aggregate(BigInteger.One, (product, prime) => product * prime);

    public static bool TryRead(
        ReadOnlySpan<byte> der, [NotNullWhen(true)] out RsaPublicKey? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        byte[] modulus, exponent;
        try
        {
            (modulus, exponent) = ReadParts(der);
        }
        catch (AsnContentException)
        {
            problem = "The public key is not the DER SubjectPublicKeyInfo of an RSA key.";
            return false;
        }

        problem = FindProblem(modulus, exponent);
        if (problem is not null) return false;
        key = new RsaPublicKey(der.ToArray(), modulus, exponent);
        return true;
    }

    /// <summary>Makes a key from its numbers, which have no leading zero octets.</summary>
    public static bool TryCreate(
        byte[] modulus,
        byte[] exponent,
        [NotNullWhen(true)] out RsaPublicKey? key,
        [NotNullWhen(false)] out string? problem
    )
    {
        problem = FindProblem(modulus, exponent);
        key = problem is null ? new RsaPublicKey(Write(modulus, exponent), modulus, exponent) : null;
        return key is not null;
    }

    public static RsaPublicKey FromParameters(RSAParameters parameters)
    {
        using RSA rsa = RSA.Create(new RSAParameters { Modulus = parameters.Modulus, Exponent = parameters.Exponent });
        return new RsaPublicKey(rsa.ExportSubjectPublicKeyInfo(), parameters.Modulus!, parameters.Exponent!);
    }

    private static byte[] Write(byte[] modulus, byte[] exponent)
    {
        var numbers = new AsnWriter(AsnEncodingRules.DER);
        using (numbers.PushSequence())
        {
            numbers.WriteIntegerUnsigned(modulus);
            numbers.WriteIntegerUnsigned(exponent);
        }

        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier(RsaEncryption);
                info.WriteNull();
            }

            info.WriteBitString(numbers.Encode());
        }

        return info.Encode();
    }

    private static (byte[] Modulus, byte[] Exponent) ReadParts(ReadOnlySpan<byte> der)
    {
        if (der.Length > MaxLength) throw new AsnContentException();
        var outer = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
        AsnReader info = outer.ReadSequence();
        outer.ThrowIfNotEmpty();

        AsnReader algorithm = info.ReadSequence();
        string identifier = algorithm.ReadObjectIdentifier();
        if (!_rsaOids.Contains(identifier, StringComparer.Ordinal)) throw new AsnContentException();
        ReadParameters(algorithm, identifier);

        byte[] bits = info.ReadBitString(out int unused);
        info.ThrowIfNotEmpty();
        if (unused != 0) throw new AsnContentException();

        var inner = new AsnReader(bits, AsnEncodingRules.DER);
        AsnReader numbers = inner.ReadSequence();
        inner.ThrowIfNotEmpty();
        byte[] modulus = ReadPositive(numbers);
        byte[] exponent = ReadPositive(numbers);
        numbers.ThrowIfNotEmpty();
        return (modulus, exponent);
    }

    // RFC 3279 section 2.3.1: one NULL, or none in old documents. RFC 4055: one value, or none, for RSASSA-PSS.
    private static void ReadParameters(AsnReader algorithm, string identifier)
    {
        if (!algorithm.HasData) return;
        if (identifier == RsassaPss) RequireWellFormed(algorithm);
        else algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
    }

    private static void RequireWellFormed(AsnReader reader)
    {
        Asn1Tag tag = reader.PeekTag();
        bool isUniversal = tag.TagClass == TagClass.Universal;
        if (isUniversal && tag.TagValue == 0) throw new AsnContentException(); // the end of an indefinite length
        if (!tag.IsConstructed)
        {
            reader.ReadEncodedValue();
            return;
        }

        // the reader takes another universal tag for a mistake of its caller
        if (isUniversal && tag != Asn1Tag.Sequence) throw new AsnContentException();
        AsnReader inner = reader.ReadSequence(tag);
        while (inner.HasData) RequireWellFormed(inner);
    }

    private static byte[] ReadPositive(AsnReader numbers)
    {
        ReadOnlySpan<byte> bytes = numbers.ReadIntegerBytes().Span;
        if ((bytes[0] & 0x80) != 0) throw new AsnContentException();
        return bytes.TrimStart((byte)0).ToArray();
    }

    private static string? FindProblem(byte[] modulusBytes, byte[] exponentBytes)
    {
        if (modulusBytes.Length > KeyStrength.MaximumBits / 8)
        {
            return $"The key has more than {KeyStrength.MaximumBits} bits.";
        }

        if (exponentBytes.Length > modulusBytes.Length) return "The key's exponent is longer than its modulus.";

        var modulus = new BigInteger(modulusBytes, isUnsigned: true, isBigEndian: true);
        var exponent = new BigInteger(exponentBytes, isUnsigned: true, isBigEndian: true);
        if (modulus.IsEven || exponent.IsEven) return "The key's modulus or exponent is even.";
        if (exponent.IsOne) return "The key's exponent is 1.";
        if (!BigInteger.GreatestCommonDivisor(modulus, _smallPrimes).IsOne) return "The key's modulus has a small factor.";
        return RocaFingerprint.Matches(modulus)
            ? "The key has the ROCA weakness (CVE-2017-15361), so its private key can be computed from it. Ask the application for a key that another device or library has made."
            : null;
    }
}
