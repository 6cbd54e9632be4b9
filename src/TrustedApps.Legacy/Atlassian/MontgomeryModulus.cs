using System.Numerics;

namespace TrustedApps.Legacy.Atlassian;

/// <summary>
/// An odd modulus made ready for powers, by the multiplication of Peter Montgomery (Handbook of Applied Cryptography,
/// algorithms 14.36 and 14.79): in less than half the time of BigInteger. What is multiplied decides on no branch and
/// no address; the exponent does, and is public. Immutable; safe for concurrent use.
/// </summary>
internal sealed class MontgomeryModulus
{
    private const int LimbBits = 64;

    private readonly ulong[] _modulus; // the least significant limb first, as everywhere here
    private readonly ulong[] _radixSquared; // modulo the modulus; the radix is 2 to the number of bits in all limbs
    private readonly ulong _negativeInverse; // -1 / modulus, modulo 2^64

    /// <summary>Makes an odd modulus ready.</summary>
    public MontgomeryModulus(BigInteger modulus)
    {
        if (modulus.Sign <= 0 || modulus.IsEven)
        {
            throw new ArgumentException("The modulus is not odd and positive.", nameof(modulus));
        }

        int limbs = checked((int)(modulus.GetBitLength() + LimbBits - 1)) / LimbBits;
        (_modulus, _radixSquared) = (new ulong[limbs], new ulong[limbs]);
        Read(modulus.ToByteArray(isUnsigned: true, isBigEndian: true), _modulus);
        Read(
            ((BigInteger.One << (2 * LimbBits * limbs)) % modulus).ToByteArray(isUnsigned: true, isBigEndian: true),
            _radixSquared
        );

        ulong inverse = 1;
        // Newton: each round doubles the right bits
        for (int bits = 1; bits < LimbBits; bits *= 2) inverse *= 2 - (_modulus[0] * inverse);
        _negativeInverse = 0 - inverse;
    }

    /// <summary>Raises a number to a power.</summary>
    /// <param name="number">The number, big-endian.</param>
    /// <param name="exponent">The exponent, big-endian; not zero.</param>
    /// <param name="power">Gets the result, big-endian; as long as the modulus.</param>
    /// <returns>Whether the number is less than the modulus, and the exponent not zero.</returns>
    public bool TryRaise(ReadOnlySpan<byte> number, ReadOnlySpan<byte> exponent, Span<byte> power)
    {
        exponent = exponent.TrimStart((byte)0);
        number = number.TrimStart((byte)0);
        if (exponent.IsEmpty || number.Length > _modulus.Length * sizeof(ulong)) return false;

        Span<ulong> one = stackalloc ulong[_modulus.Length],
            factor = stackalloc ulong[_modulus.Length],
            result = stackalloc ulong[_modulus.Length];
        Read(number, factor);
        if (Subtract(factor, _modulus, result) == 0) return false;

        Multiply(factor, _radixSquared, factor);
        factor.CopyTo(result);
        for (
            int bit = (exponent.Length * 8) - BitOperations.LeadingZeroCount((uint)exponent[0] << 24) - 2;
            bit >= 0;
            bit--
        )
        {
            Multiply(result, result, result);
            if (((exponent[^((bit / 8) + 1)] >> (bit % 8)) & 1) != 0) Multiply(result, factor, result);
        }

        one[0] = 1;
        Multiply(result, one, result);
        Write(result, power);
        return true;
    }

    // The product divided by the radix. Each limb of the one factor adds its product with the other, and the multiple
    // of the modulus that leaves the lowest limb zero, which is then dropped.
    private void Multiply(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> product)
    {
        ReadOnlySpan<ulong> modulus = _modulus;
        Span<ulong> sum = stackalloc ulong[modulus.Length];
        left = left[..modulus.Length];
        ulong top = 0;
        foreach (ulong limb in right)
        {
            UInt128 added = Math.BigMul(left[0], limb) + sum[0];
            ulong multiple = (ulong)added * _negativeInverse;
            UInt128 reduced = Math.BigMul(modulus[0], multiple) + (ulong)added;
            for (int index = 1; index < modulus.Length; index++)
            {
                added = Math.BigMul(left[index], limb) + sum[index] + (ulong)(added >> LimbBits);
                reduced = Math.BigMul(modulus[index], multiple) + (ulong)added + (ulong)(reduced >> LimbBits);
                sum[index - 1] = (ulong)reduced;
            }

            UInt128 carried = (added >> LimbBits) + (reduced >> LimbBits) + top;
            (sum[^1], top) = ((ulong)carried, (ulong)(carried >> LimbBits));
        }

        // The sum is less than twice the modulus: take it away unless that borrows from beyond the top.
        ulong keep = 0 - (Subtract(sum, modulus, product) & ~top);
        for (int index = 0; index < sum.Length; index++)
        {
            product[index] = (sum[index] & keep) | (product[index] & ~keep);
        }
    }

    // Returns what was borrowed: 1 when the first number is less than the other, otherwise 0.
    private static ulong Subtract(ReadOnlySpan<ulong> from, ReadOnlySpan<ulong> number, Span<ulong> difference)
    {
        ulong borrowed = 0;
        for (int index = 0; index < difference.Length; index++)
        {
            UInt128 limb = (UInt128)from[index] - number[index] - borrowed;
            (difference[index], borrowed) = ((ulong)limb, (ulong)(limb >> LimbBits) & 1);
        }

        return borrowed;
    }

    private static void Read(ReadOnlySpan<byte> bigEndian, Span<ulong> limbs)
    {
        for (int index = 0; index < bigEndian.Length; index++)
        {
            limbs[index / sizeof(ulong)] |= (ulong)bigEndian[^(index + 1)] << (8 * (index % sizeof(ulong)));
        }
    }

    private static void Write(ReadOnlySpan<ulong> limbs, Span<byte> bigEndian)
    {
        for (int index = 0; index < bigEndian.Length; index++)
        {
            bigEndian[^(index + 1)] = (byte)(limbs[index / sizeof(ulong)] >> (8 * (index % sizeof(ulong))));
        }
    }
}
