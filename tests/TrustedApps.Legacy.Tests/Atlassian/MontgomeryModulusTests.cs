using System.Numerics;
using TrustedApps.Legacy.Atlassian;

namespace TrustedApps.Legacy.Tests.Atlassian;

public class MontgomeryModulusTests
{
    // Whole limbs, one bit more and less, whole bytes that are no whole limbs, one limb, and the longest key.
    private static readonly int[] _lengths = [1, 2, 63, 64, 65, 127, 128, 129, 511, 512, 520, 1023, 1024, 1032, 1033, 2047, 2048, 2049, 3072, 4095, 4096];

    private static readonly Gen<BigInteger> _exponents = Gen.OneOf(
        Gen.Elements<BigInteger>(1, 2, 3, 4, 17, 255, 256, 257, 65_535, 65_536, 65_537, 4_294_967_295, 4_294_967_296, (BigInteger.One << 80) - 1),
        Gen.Choose(1, int.MaxValue).Select(exponent => (BigInteger)exponent));

    [Property(MaxTest = 1500)]
    public Property Powers_agree_with_those_of_BigInteger() => ForAll.In(
        from length in Gen.OneOf(Gen.Elements(_lengths), Gen.Choose(1, 4096))
        from modulus in OddNumbers(length)
        from number in NumbersAround(modulus)
        from exponent in _exponents
        select (modulus, number, exponent),
        given =>
        {
            bool isLess = given.number < given.modulus;
            bool raised = TryRaise(given.modulus, given.number, given.exponent, out BigInteger power);
            return raised == isLess && (!raised || power == BigInteger.ModPow(given.number, given.exponent, given.modulus));
        });

    [Fact]
    public void Powers_agree_with_those_of_BigInteger_where_limbs_carry_most()
    {
        // Limbs of ones and of zeros only.
        foreach (int limbs in new[] { 1, 2, 3, 16, 17, 32, 64, 128 })
        {
            BigInteger radix = BigInteger.One << (64 * limbs);
            foreach (BigInteger modulus in new[] { radix - 1, radix - 59, (radix >> 1) - 1, (radix >> 1) + 1, (radix >> 64) + 1, radix - (radix >> 64) + 1, radix - (radix >> (32 * limbs)) - 1 })
            {
                if (modulus.IsEven) continue; // with a single limb
                foreach (BigInteger number in new[] { 0, 1, 2, modulus - 1, modulus - 2, modulus >> 1, (modulus >> 1) + 1, (radix - 1) % modulus, modulus & ((BigInteger.One << 64) - 1) })
                {
                    if (number.Sign < 0 || number >= modulus) continue;
                    Assert.True(TryRaise(modulus, number, 65_537, out BigInteger power));
                    Assert.Equal(BigInteger.ModPow(number, 65_537, modulus), power);
                }
            }
        }
    }

    [Fact]
    public void A_number_that_is_not_less_than_the_modulus_is_refused()
    {
        BigInteger modulus = Fixture.Wiki.PublicKey.Modulus;
        BigInteger radix = BigInteger.One << 2048;
        Assert.All([modulus, modulus + 1, (2 * modulus) - 1, radix - 1, radix, radix + 1, radix * modulus], number => Assert.False(TryRaise(modulus, number, 65_537, out _)));
        Assert.True(TryRaise(modulus, modulus - 1, 65_537, out BigInteger power));
        Assert.Equal(modulus - 1, power); // -1 to an odd power
    }

    [Fact]
    public void Leading_zeros_of_number_and_exponent_do_not_matter()
    {
        BigInteger modulus = Fixture.Wiki.PublicKey.Modulus;
        byte[] expected = new byte[256], power = new byte[256];
        var montgomery = new MontgomeryModulus(modulus);
        Assert.True(montgomery.TryRaise([5], [1, 0, 1], expected));
        Assert.True(montgomery.TryRaise([.. new byte[300], 5], [.. new byte[9], 1, 0, 1], power));
        Assert.Equal(expected, power);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000000000000000000000")]
    public void An_exponent_of_zero_is_refused(string exponent) =>
        Assert.False(new MontgomeryModulus(Fixture.Wiki.PublicKey.Modulus).TryRaise([5], Convert.FromHexString(exponent), new byte[256]));

    [Fact]
    public void No_number_at_all_is_zero()
    {
        byte[] power = [.. Enumerable.Repeat((byte)0xFF, 256)];
        Assert.True(new MontgomeryModulus(Fixture.Wiki.PublicKey.Modulus).TryRaise([], [3], power));
        Assert.Equal(new byte[256], power);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(65_536)]
    [InlineData(-3)]
    public void A_modulus_is_odd_and_positive(int number) => Assert.Throws<ArgumentException>("modulus", () => new MontgomeryModulus(number));

    [Fact]
    public void Eight_threads_at_once_get_no_wrong_result()
    {
        BigInteger modulus = Fixture.OfBits(1024).PublicKey.Modulus;
        var montgomery = new MontgomeryModulus(modulus);
        int wrong = 0;
        Threads.Run(8, number =>
        {
            byte[] power = new byte[128];
            for (byte round = 1; round <= 100; round++)
            {
                byte[] input = [(byte)(number + 1), round];
                bool right = montgomery.TryRaise(input, [1, 0, 1], power) && Fixture.ToNumber(power) == BigInteger.ModPow(Fixture.ToNumber(input), 65_537, modulus);
                if (!right) Interlocked.Increment(ref wrong);
            }
        });
        Assert.Equal(0, wrong);
    }

    private static bool TryRaise(BigInteger modulus, BigInteger number, BigInteger exponent, out BigInteger power)
    {
        byte[] result = new byte[modulus.GetByteCount(isUnsigned: true)];
        bool raised = new MontgomeryModulus(modulus).TryRaise(ToBytes(number), ToBytes(exponent), result);
        power = Fixture.ToNumber(result);
        return raised;
    }

    private static byte[] ToBytes(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    private static Gen<BigInteger> OddNumbers(int length) => Numbers(length).Select(number =>
    {
        BigInteger top = BigInteger.One << (length - 1);
        return (number % top) | top | 1;
    });

    // Any below twice the modulus, and those next to where something changes.
    private static Gen<BigInteger> NumbersAround(BigInteger modulus) => Gen.OneOf(
        Numbers((int)modulus.GetBitLength()).Select(number => number % modulus),
        Numbers((int)modulus.GetBitLength()).Select(number => number % (2 * modulus)),
        Gen.Choose(0, 3).Select(number => (BigInteger)number),
        Gen.Choose(-3, 3).Select(number => BigInteger.Abs(modulus + number)));

    private static Gen<BigInteger> Numbers(int bits) =>
        Gen.ArrayOf(Gen.Choose(0, 255), (bits / 8) + 9).Select(values => Fixture.ToNumber([.. values.Select(value => (byte)value)]));
}
