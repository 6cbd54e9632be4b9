using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using TrustedApps.Text;

namespace TrustedApps.Keys;

/// <summary>An application's public RSA key, read strictly. Immutable; safe for concurrent use.</summary>
public sealed class RsaPublicKey : IEquatable<RsaPublicKey>
{
    private readonly ExclusivePool<RSA> _pool;

    internal RsaPublicKey(byte[] subjectPublicKeyInfo, byte[] modulus, byte[] exponent)
    {
        (EncodedKey, ModulusBytes, ExponentBytes) = (subjectPublicKeyInfo, modulus, exponent);
        Modulus = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        Exponent = new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
        Bits = checked((int)Modulus.GetBitLength());
        Thumbprint = JwkThumbprint.OfRsa(modulus, exponent);
        _pool = new ExclusivePool<RSA>(ImportRsa);
    }

    /// <summary>The length of the modulus in bits.</summary>
    public int Bits { get; }

    /// <summary>The modulus.</summary>
    public BigInteger Modulus { get; }

    /// <summary>The public exponent.</summary>
    public BigInteger Exponent { get; }

    /// <summary>The key's RFC 7638 SHA-256 thumbprint: 43 characters of base64url.</summary>
    public string Thumbprint { get; }

    /// <summary>The thumbprint in groups of four characters, to be compared by eye.</summary>
    public string Fingerprint => string.Join(' ', Thumbprint.Chunk(4).Select(group => new string(group)));

    /// <summary>The DER SubjectPublicKeyInfo (RFC 5280), as it was read.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => EncodedKey;

    /// <summary>The reason why the key is too weak for a trust; null if it is strong enough.</summary>
    public string? Weakness =>
        this switch
        {
            { Bits: < KeyStrength.MinimumBits } => $"The key has {Bits} bits; a trust needs {KeyStrength.MinimumBits}.",
            _ when !KeyStrength.IsSafeExponent(Exponent) =>
                $"The key's exponent is {Exponent}; a trust needs an odd one from 65537 to 4294967296.",
            _ => null,
        };

    internal byte[] EncodedKey { get; }

    internal byte[] ModulusBytes { get; }

    internal byte[] ExponentBytes { get; }


    internal int ModulusLength => ModulusBytes.Length;

    /// <summary>Reads a DER SubjectPublicKeyInfo.</summary>
    /// <param name="der">
    /// The bytes: exactly one SubjectPublicKeyInfo of an RSA key, modulus and exponent odd, at most 8,192 bits.
    /// </param>
    /// <param name="key">The key, if the bytes are valid.</param>
    /// <param name="problem">The problem, if they are not.</param>
    /// <returns>Whether the bytes are valid.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> der, [NotNullWhen(true)] out RsaPublicKey? key, [NotNullWhen(false)] out string? problem) =>
        RsaKeyEncoding.TryRead(der, out key, out problem);

    /// <summary>Reads the base64 (RFC 4648 section 4, canonical) of a DER SubjectPublicKeyInfo.</summary>
    /// <param name="base64">The text.</param>
    /// <param name="key">The key, if the text is valid.</param>
    /// <param name="problem">The problem, if it is not.</param>
    /// <returns>Whether the text is valid.</returns>
    public static bool TryRead(
        ReadOnlySpan<char> base64, [NotNullWhen(true)] out RsaPublicKey? key, [NotNullWhen(false)] out string? problem)
    {
        (key, problem) = (null, "The public key is not base64 of a SubjectPublicKeyInfo.");
        return base64.Length <= RsaKeyEncoding.MaxBase64Length
            && StrictBase64.TryDecode(base64, out byte[]? der)
            && TryRead(der, out key, out problem);
    }

    /// <summary>Reads the base64 of a DER SubjectPublicKeyInfo.</summary>
    /// <param name="base64">The text.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The text is not valid; the message says why.</exception>
    public static RsaPublicKey Parse(string base64) => TryRead(base64, out RsaPublicKey? key, out string? problem)
        ? key
        : throw new ArgumentException(problem, nameof(base64));

    /// <summary>Returns the base64 of the SubjectPublicKeyInfo, as legacy certificates hold it.</summary>
    /// <returns>One line of base64.</returns>
    public string ToBase64() => Convert.ToBase64String(EncodedKey);

    /// <summary>Whether a fingerprint, plain or in groups, is this key's.</summary>
    /// <param name="fingerprint">The fingerprint; spaces are left out of the comparison.</param>
    /// <returns>Whether it is.</returns>
    public bool HasFingerprint(string? fingerprint) =>
        string.Equals(fingerprint?.Replace(" ", "", StringComparison.Ordinal), Thumbprint, StringComparison.Ordinal);

    /// <inheritdoc/>
    public bool Equals(RsaPublicKey? other) => string.Equals(other?.Thumbprint, Thumbprint, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RsaPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Thumbprint);

    /// <summary>Returns the thumbprint.</summary>
    /// <returns>The thumbprint.</returns>
    public override string ToString() => Thumbprint;

    /// <summary>Verifies the signature of a hash (RFC 8017, section 8). Safe for concurrent use.</summary>
    /// <param name="hash">The hash, as long as hashes of the algorithm are.</param>
    /// <param name="signature">The signature. One of another length than the modulus does not verify.</param>
    /// <param name="algorithm">The algorithm of the hash.</param>
    /// <param name="padding">The padding.</param>
    /// <returns>Whether the signature is of this key and this hash.</returns>
    [Experimental("TA0001")]
    public bool VerifyHash(
        ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, HashAlgorithmName algorithm, RSASignaturePadding padding)
    {
        RSA rsa = _pool.Rent();
        bool verified = rsa.VerifyHash(hash, signature, algorithm, padding);
        _pool.Return(rsa);
        return verified;
    }

    /// <summary>Encrypts with RSA-OAEP and SHA-256 (RFC 7518 section 4.3).</summary>
    internal byte[] Encrypt(ReadOnlySpan<byte> plaintext)
    {
        RSA rsa = _pool.Rent();
        byte[] ciphertext = rsa.Encrypt(plaintext, RSAEncryptionPadding.OaepSHA256);
        _pool.Return(rsa);
        return ciphertext;
    }

    private RSA ImportRsa() => RSA.Create(new RSAParameters { Modulus = ModulusBytes, Exponent = ExponentBytes });
}
