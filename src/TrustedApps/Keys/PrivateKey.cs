using System.Security.Cryptography;
using TrustedApps.Diagnostics;

namespace TrustedApps.Keys;

/// <summary>One private key and what it is for. Immutable; safe for concurrent use. Each private operation is counted.</summary>
internal sealed class PrivateKey
{
    private readonly RSAParameters _parameters;
    private readonly ExclusivePool<RSA> _pool;

    public PrivateKey(KeyUse use, RSAParameters parameters, KeyStatus status = KeyStatus.Current, DateTimeOffset? retiredAt = null)
    {
        RequirePrivateKey(parameters);
        RsaPublicKey publicKey = RsaKeyEncoding.FromParameters(parameters);
        if (use == KeyUse.Legacy) RequireLegacyStrength(publicKey);
        else RequireVersion4Strength(publicKey);

        (Description, _parameters) = (new ApplicationKey(use, status, publicKey, retiredAt), parameters);
        _pool = new ExclusivePool<RSA>(() => RSA.Create(parameters));
    }

    private PrivateKey(PrivateKey other, ApplicationKey description) =>
        (Description, _parameters, _pool) = (description, other._parameters, other._pool);

    public ApplicationKey Description { get; }

    public KeyUse Use => Description.Use;

    public KeyStatus Status => Description.Status;

    public DateTimeOffset? RetiredAt => Description.RetiredAt;

    public RsaPublicKey PublicKey => Description.PublicKey;

    public string KeyId => PublicKey.Thumbprint;

    /// <summary>The numbers, to be stored. Whoever calculates with them asks <see cref="GetRawParameters"/>.</summary>
    public RSAParameters Parameters => _parameters;

    public static PrivateKey Generate(KeyUse use, int bits, KeyStatus status = KeyStatus.Current)
    {
        using RSA rsa = RSA.Create(bits);
        return new PrivateKey(use, rsa.ExportParameters(includePrivateParameters: true), status);
    }

    /// <summary>The same key at another place of its rotation.</summary>
    public PrivateKey As(KeyStatus status, DateTimeOffset? retiredAt = null) =>
        new(this, Description with { Status = status, RetiredAt = retiredAt });

    public byte[] SignHash(ReadOnlySpan<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding padding)
    {
        Telemetry.RecordPrivateKeyOperation("sign");
        RSA rsa = _pool.Rent();
        byte[] signature = rsa.SignHash(hash, algorithm, padding);
        _pool.Return(rsa);
        return signature;
    }

    /// <summary>Opens RSA-OAEP with SHA-256. All failures are one: nothing tells them apart (RFC 8017 section 7.1.2).</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, out int written)
    {
        written = 0;
        if (ciphertext.Length != PublicKey.ModulusLength) return false;

        Telemetry.RecordPrivateKeyOperation("decrypt");
        RSA rsa = _pool.Rent();
        try
        {
            return rsa.TryDecrypt(ciphertext, plaintext, RSAEncryptionPadding.OaepSHA256, out written);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            _pool.Return(rsa);
        }
    }

    /// <summary>The numbers, for one private operation without padding.</summary>
    public RSAParameters GetRawParameters()
    {
        Telemetry.RecordPrivateKeyOperation("raw");
        return _parameters;
    }

    // Otherwise a part that is missing or belongs to another key would show when the first request is signed.
    private static void RequirePrivateKey(RSAParameters parameters)
    {
        byte[]?[] parts = [parameters.Modulus, parameters.Exponent, parameters.D, parameters.P, parameters.Q, parameters.DP, parameters.DQ, parameters.InverseQ];
        bool isUsable = Array.TrueForAll(parts, part => part is { Length: > 0 });
        try
        {
            if (isUsable) RSA.Create(parameters).Dispose();
        }
        catch (CryptographicException)
        {
            isUsable = false; // without the cause: it could say too much about a secret
        }

        if (!isUsable) throw new ArgumentException("The private key is incomplete, or its parts do not belong together.", nameof(parameters));
    }

    private static void RequireLegacyStrength(RsaPublicKey key)
    {
        if (key.Bits is < KeyStrength.MinimumWeakBits or > KeyStrength.MaximumBits || !KeyStrength.IsSafeExponent(key.Exponent))
        {
            throw new ArgumentException("An application's key has 1,024 to 8,192 bits and an odd exponent from 65537 to 4294967296.", nameof(key));
        }
    }

    private static void RequireVersion4Strength(RsaPublicKey key)
    {
        if (!KeyStrength.IsForVersion4(key)) throw new ArgumentException("A key of version 4 has 2,048 to 4,096 bits and the exponent 65537.", nameof(key));
    }
}
