using System.Numerics;
using System.Security.Cryptography;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public class RsaKeyEncodingTests
{
    private static readonly byte[] _modulus = Fixture.Wiki.PublicKey.ModulusBytes;
    private static readonly byte[] _exponent = [1, 0, 1];
    private static readonly byte[] _numbers = Der.Sequence(Der.Integer(_modulus), Der.Integer(_exponent));
    private static readonly byte[] _algorithm = Der.Algorithm(Der.RsaEncryption);

    private static Dictionary<string, byte[]> Malformed { get; } = new(StringComparer.Ordinal)
    {
        ["nothing"] = [],
        ["a byte after the key"] = [.. Der.PublicKey(_modulus, _exponent), 0],
        ["one byte less"] = Der.PublicKey(_modulus, _exponent)[..^1],
        ["something between key and end"] = Der.Sequence(_algorithm, Der.Bits(_numbers), [0x05, 0x00]),
        ["something after the numbers"] = Der.Sequence(_algorithm, Der.Bits([.. _numbers, 0])),
        ["a third number"] = Der.Sequence(_algorithm, Der.Bits(Der.Sequence(Der.Integer(_modulus), Der.Integer(_exponent), Der.Integer(1)))),
        ["one number"] = Der.Sequence(_algorithm, Der.Bits(Der.Sequence(Der.Integer(_modulus)))),
        ["unused bits"] = Der.Sequence(_algorithm, Der.Bits([.. _numbers[..^1], (byte)(_numbers[^1] & 0xFE)], unused: 1)),
        ["no bit string"] = Der.Sequence(_algorithm, Der.Element(0x04, _numbers)),
        ["no numbers"] = Der.Sequence(_algorithm, Der.Bits([])),
        ["PKCS#1"] = _numbers,
        ["a private key"] = [],
        ["no algorithm"] = Der.Sequence(Der.Bits(_numbers)),
        ["an empty algorithm"] = Der.Sequence(Der.Sequence(), Der.Bits(_numbers)),
        ["OAEP"] = Der.PublicKey(_modulus, _exponent, "1.2.840.113549.1.1.7"),
        ["a signature algorithm"] = Der.PublicKey(_modulus, _exponent, "1.2.840.113549.1.1.5"),
        ["DSA"] = Der.PublicKey(_modulus, _exponent, "1.2.840.10040.4.1"),
        ["a negative modulus"] = Der.Sequence(_algorithm, Der.Bits(Der.Sequence(Der.RawInteger(_modulus), Der.Integer(_exponent)))),
        ["a negative exponent"] = Der.Sequence(_algorithm, Der.Bits(Der.Sequence(Der.Integer(_modulus), Der.RawInteger(0xFF, 0x01)))),
        ["a modulus with leading zeros"] = Der.Sequence(_algorithm, Der.Bits(Der.Sequence(Der.RawInteger([0, 0, .. _modulus]), Der.Integer(_exponent)))),
        ["an exponent with leading zeros"] = Der.Sequence(_algorithm, Der.Bits(Der.Sequence(Der.Integer(_modulus), Der.RawInteger(0, 1, 0, 1)))),
        ["a length in the long form"] = [0x30, 0x83, 0x00, .. Der.PublicKey(_modulus, _exponent)[2..]],
        ["an indefinite length"] = [0x30, 0x80, .. _algorithm, .. Der.Bits(_numbers), 0, 0],
    };

    public static TheoryData<string> Refused { get; } = [.. Malformed.Keys];

    /// <summary>The parameters behind the algorithm's identifier, and whether they are what RFC 3279 and RFC 4055 allow.</summary>
    public static TheoryData<string, string, bool> Parameters { get; } = new()
    {
        { Der.RsaEncryption, "", true }, // as old applications wrote it
        { Der.RsaEncryption, "0500", true },
        { Der.RsaEncryption, "ff", false },
        { Der.RsaEncryption, "050100", false },
        { Der.RsaEncryption, "05000500", false },
        { Der.RsaEncryption, "0400", false },
        { Der.RsaEncryption, "3000", false },
        { Der.RsaEncryption, "0500ff", false },
        { "2.5.8.1.1", "", true },
        { "2.5.8.1.1", "0500", true },
        { "2.5.8.1.1", "04020102", false },
        { "1.2.840.113549.1.1.10", "", true },
        { "1.2.840.113549.1.1.10", "3000", true },
        { "1.2.840.113549.1.1.10", "3004a0043002", false }, // a length beyond its end
        { "1.2.840.113549.1.1.10", "3006a20402020020", true },
        { "1.2.840.113549.1.1.10", "30003000", false },
        { "1.2.840.113549.1.1.10", "0500", true },
        { "1.2.840.113549.1.1.10", "ff", false },
        { "1.2.840.113549.1.1.10", "3100", false }, // a SET, which stands nowhere in these parameters
        { "1.2.840.113549.1.1.10", "2400", false },
        { "1.2.840.113549.1.1.10", "3002a000", true },
        { "1.2.840.113549.1.1.10", "30023100", false },
        { "1.2.840.113549.1.1.10", "0000", false },
        { "1.2.840.113549.1.1.10", "7f", false },
    };

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Parameters_of_the_algorithm_are_read_to_their_end(string identifier, string parameters, bool isAllowed)
    {
        byte[] der = Der.Sequence(Der.Algorithm(identifier, Convert.FromHexString(parameters)), Der.Bits(_numbers));
        Assert.Equal(isAllowed, RsaPublicKey.TryRead(der.AsSpan(), out _, out _));
    }

    [Fact]
    public void Whatever_the_parameters_are_no_reader_throws()
    {
        var random = new Random(7);
        byte[] parameters = new byte[6];
        for (int count = 0; count < 20_000; count++)
        {
            random.NextBytes(parameters);
            (parameters[1], parameters[3]) = ((byte)random.Next(6), (byte)random.Next(4));
            byte[] der = Der.Sequence(Der.Algorithm("1.2.840.113549.1.1.10", parameters), Der.Bits(_numbers));
            Assert.True(RsaPublicKey.TryRead(der.AsSpan(), out _, out string? problem) || problem is not null);
        }
    }

    [Fact]
    public void A_document_that_is_longer_than_any_key_is_refused()
    {
        byte[] deep = [];
        for (int depth = 0; depth < 100_000 && deep.Length < 3_100; depth++) deep = Der.Element(0xA0, deep);
        byte[] der = Der.Sequence(Der.Algorithm("1.2.840.113549.1.1.10", Der.Sequence(deep)), Der.Bits(_numbers));
        Assert.False(RsaPublicKey.TryRead(der.AsSpan(), out _, out string? problem));
        Assert.Equal("The public key is not the DER SubjectPublicKeyInfo of an RSA key.", problem);
    }

    [Fact]
    public void A_key_with_the_ROCA_weakness_is_refused_and_named()
    {
        int[] primes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
        BigInteger product = primes.Aggregate(BigInteger.One, (all, prime) => all * prime);
        var ordinary = new BigInteger(_modulus, isUnsigned: true, isBigEndian: true);
        BigInteger modulus = (ordinary - (ordinary % (product * 2))) + BigInteger.ModPow(65_537, 1_234_567, product);
        if (modulus.IsEven) modulus += product;
        while (Enumerable.Range(3, 253).Any(factor => modulus % factor == 0)) modulus += product * 2;
        byte[] der = Der.PublicKey(modulus.ToByteArray(isUnsigned: true, isBigEndian: true), _exponent);

        Assert.False(RsaPublicKey.TryRead(der.AsSpan(), out _, out string? problem));
        Assert.StartsWith("The key has the ROCA weakness (CVE-2017-15361)", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(Enumerable.Range(0, 48), number => RocaFingerprint.Matches(new BigInteger(ThrowAwayKeys.Get(number).Modulus, isUnsigned: true, isBigEndian: true)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Anything_but_one_public_key_is_refused(string what)
    {
        byte[] der = what == "a private key" ? PrivateKey() : Malformed[what];
        Assert.False(RsaPublicKey.TryRead(der.AsSpan(), out RsaPublicKey? key, out string? problem));
        Assert.Null(key);
        Assert.Equal("The public key is not the DER SubjectPublicKeyInfo of an RSA key.", problem);
    }

    [Fact]
    public void A_key_is_read_and_kept_as_it_was_written()
    {
        using RSA rsa = RSA.Create(Fixture.Wiki.LegacyKey.ExportParameters());
        byte[] der = rsa.ExportSubjectPublicKeyInfo();
        Assert.Equal(der, Der.PublicKey(_modulus, _exponent));

        Assert.True(RsaPublicKey.TryRead(der.AsSpan(), out RsaPublicKey? key, out string? problem));
        Assert.Null(problem);
        Assert.Equal(der, key.SubjectPublicKeyInfo.ToArray());
        Assert.Equal(_modulus, key.ModulusBytes);
        Assert.Equal(65537, key.Exponent);
        Assert.Equal(2048, key.Bits);
        Assert.Equal(256, key.ModulusLength);
    }

    [Theory]
    [InlineData("1.2.840.113549.1.1.1")]
    [InlineData("1.2.840.113549.1.1.10")] // RSASSA-PSS
    [InlineData("2.5.8.1.1")] // X.500's own
    public void A_key_may_go_under_the_names_that_old_applications_use(string oid)
    {
        Assert.True(RsaPublicKey.TryRead(Der.PublicKey(_modulus, _exponent, oid).AsSpan(), out RsaPublicKey? key, out _));
        Assert.Equal(Fixture.Wiki.PublicKey, key);
    }

    [Fact]
    public void Parameters_of_the_algorithm_do_not_matter()
    {
        byte[] without = Der.Sequence(Der.Algorithm("1.2.840.113549.1.1.10", []), Der.Bits(_numbers));
        byte[] withSome = Der.Sequence(Der.Algorithm("1.2.840.113549.1.1.10", Der.Sequence(Der.Integer(20))), Der.Bits(_numbers));
        Assert.True(RsaPublicKey.TryRead(without.AsSpan(), out _, out _));
        Assert.True(RsaPublicKey.TryRead(withSome.AsSpan(), out _, out _));
    }

    [Fact]
    public void Even_numbers_and_the_exponent_one_are_refused()
    {
        byte[] evenModulus = [.. _modulus[..^1], (byte)(_modulus[^1] & 0xFE)];
        Assert.Equal("The key's modulus or exponent is even.", Problem(evenModulus, _exponent));
        Assert.Equal("The key's modulus or exponent is even.", Problem(_modulus, [1, 0, 0]));
        Assert.Equal("The key's modulus or exponent is even.", Problem(_modulus, []));
        Assert.Equal("The key's modulus or exponent is even.", Problem([], []));
        Assert.Equal("The key's exponent is 1.", Problem(_modulus, [1]));
        Assert.Null(Problem(_modulus, [3])); // weak, which is for the trust to refuse
    }

    [Fact]
    public void A_modulus_has_at_most_8192_bits()
    {
        byte[] longest = WithoutSmallFactors(8192);
        Assert.Equal(1024, longest.Length);
        Assert.Null(Problem(longest, _exponent));
        Assert.Equal("The key has more than 8192 bits.", Problem(WithoutSmallFactors(8193), _exponent));
        Assert.Equal("The key has more than 8192 bits.", Problem(WithoutSmallFactors(16_384), _exponent));
    }

    [Fact]
    public void An_exponent_is_no_longer_than_the_modulus()
    {
        byte[] modulus = WithoutSmallFactors(128);
        Assert.Null(Problem(modulus, modulus));
        Assert.Equal("The key's exponent is longer than its modulus.", Problem(modulus, [1, .. modulus]));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(5, true)]
    [InlineData(7, true)]
    [InlineData(127, true)]
    [InlineData(251, true)]
    [InlineData(257, false)] // the first that is not looked for
    public void A_modulus_with_a_small_factor_is_refused(int factor, bool refused)
    {
        byte[] modulus = (Fixture.Wiki.PublicKey.Modulus * factor).ToByteArray(isUnsigned: true, isBigEndian: true);
        Assert.Equal(refused ? "The key's modulus has a small factor." : null, Problem(modulus, _exponent));
    }

    [Property(MaxTest = 3000)]
    public Property Whatever_the_bytes_they_are_a_key_that_is_kept_unchanged_or_refused() => ForAll.In(
        from place in Gen.Choose(0, 299)
        from value in Gen.Choose(0, 255)
        from cut in Gen.Choose(0, 300)
        select (place, value: (byte)value, cut),
        change =>
        {
            byte[] der = Der.PublicKey(_modulus, _exponent);
            if (change.place < der.Length) der[change.place] = change.value;
            if (change.cut < 40) der = der[..(change.cut * 7)];
            return RsaPublicKey.TryRead(der.AsSpan(), out RsaPublicKey? key, out string? problem)
                ? problem is null && key.SubjectPublicKeyInfo.Span.SequenceEqual(der)
                : problem is not null && key is null;
        });

    private static string? Problem(byte[] modulus, byte[] exponent)
    {
        bool read = RsaPublicKey.TryRead(Der.PublicKey(modulus, exponent).AsSpan(), out RsaPublicKey? key, out string? problem);
        Assert.Equal(read, key is not null);
        Assert.Equal(read, problem is null);
        return problem;
    }

    private static byte[] WithoutSmallFactors(int bits)
    {
        BigInteger number = (BigInteger.One << (bits - 1)) + 1;
        while (Enumerable.Range(3, 253).Any(divisor => number % divisor == 0)) number += 2;
        return number.ToByteArray(isUnsigned: true, isBigEndian: true);
    }

    private static byte[] PrivateKey()
    {
        using RSA rsa = RSA.Create(Fixture.Wiki.LegacyKey.ExportParameters());
        return rsa.ExportPkcs8PrivateKey();
    }
}
