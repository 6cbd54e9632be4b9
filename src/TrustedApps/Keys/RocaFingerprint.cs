using System.Numerics;

namespace TrustedApps.Keys;

/// <summary>
/// The fingerprint of keys that an Infineon library made (CVE-2017-15361; Nemec et al., "The Return of Coppersmith's
/// Attack", 2017, section 3): modulo each of these primes, the modulus is a power of 65537.
/// </summary>
/// <remarks>One in 100 million other keys matches by chance: too few to accept one that is broken.</remarks>
internal static class RocaFingerprint
{
    private static readonly int[] _primes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

    private static readonly BigInteger _product =
        _primes.Aggregate(BigInteger.One, (product, prime) => product * prime);

    private static readonly bool[][] _powers = [.. _primes.Select(PowersModulo)];

    public static bool Matches(BigInteger modulus)
    {
        BigInteger rest = modulus % _product; // one division of the long number
        for (int index = 0; index < _primes.Length; index++)
        {
            if (!_powers[index][(int)(rest % _primes[index])]) return false;
        }

        return true;
    }

    private static bool[] PowersModulo(int prime)
    {
        bool[] isPower = new bool[prime];
        for (int power = 1; !isPower[power]; power = power * 65_537 % prime) isPower[power] = true;
        return isPower;
    }
}
