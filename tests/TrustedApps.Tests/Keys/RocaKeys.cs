using System.Numerics;
using System.Security.Cryptography;

namespace TrustedApps.Tests.Keys;

/// <summary>
/// A private key of the form that the ROCA weakness has (CVE-2017-15361): each prime is a power of 65537 modulo the small
/// primes. Made once for these tests; it protects nothing.
/// </summary>
internal static class RocaKeys
{
    private const string P =
        "f9068c49c0cb4f0d3ecf851293bd8a42401a031d3bd95f07799f89b1fdd3292a0bace41df03d39f8f8d1f6c9074518a871bc" +
        "6e9f91caac2e73a708dec8ea03aeddcaa4bcfcd0776658923057a7377e5f8f516a6eea01e0cff3beee50e3c149e2ca547d11" +
        "06e9cd42675467a4d6811dac228f4eacd5c4d96c9972e5a3851a09fd";

    private const string Q =
        "cc7f782cfa1f53f4ac8a37ef623c2e7945efe2417e8e501e6a8b447bcf2c0937986fcc3c405d5e885f805f57debd445a6dbb" +
        "4ea41a88a091d9727c52dd082503c4f0749c967738a065742218c502a24f946914018b4d2cc17a4d34be854a0a4c11b3322e" +
        "75a02fede6763287ddbbe3ea3fdcc265d81ea5c2206edc9126ecdcd3";

    public static RSAParameters Make()
    {
        BigInteger p = Parse(P), q = Parse(Q);
        var primes = new RSAParameters
        {
            Modulus = Fixture.ToBytes(p * q, 256),
            P = Fixture.ToBytes(p, 128),
            Q = Fixture.ToBytes(q, 128),
            InverseQ = Fixture.ToBytes(BigInteger.ModPow(q, p - 2, p), 128),
        };
        return Fixture.WithExponent(primes, 65_537);
    }

    private static BigInteger Parse(string hex) =>
        BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
