using System.Security.Cryptography;

namespace TrustedApps.Keys;

/// <summary>
/// An RSA private key in the memory of this process. Its operations complete synchronously. Immutable; safe for
/// concurrent use.
/// </summary>
internal sealed class SoftwareKey : IPrivateKeyOperations
{
    private readonly ExclusivePool<RSA> _pool;

    public SoftwareKey(RSAParameters parameters)
    {
        RequirePrivateKey(parameters);
        Parameters = parameters;
        PublicKey = RsaKeyEncoding.FromParameters(parameters);
        _pool = new ExclusivePool<RSA>(() => RSA.Create(parameters));
    }

    public RsaPublicKey PublicKey { get; }

    /// <summary>The private key as numbers, for key files and exports.</summary>
    public RSAParameters Parameters { get; }

    public static SoftwareKey Generate(int bits)
    {
        using RSA rsa = RSA.Create(bits);
        return new SoftwareKey(rsa.ExportParameters(includePrivateParameters: true));
    }

    public ValueTask<byte[]> SignHashAsync(
        ReadOnlyMemory<byte> hash,
        HashAlgorithmName algorithm,
        RSASignaturePadding padding,
        CancellationToken cancellationToken
    )
    {
        RSA rsa = _pool.Rent();
        byte[] signature = rsa.SignHash(hash.Span, algorithm, padding);
        _pool.Return(rsa);
        return new(signature);
    }

    public ValueTask<byte[]?> UnwrapAsync(ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken)
    {
        RSA rsa = _pool.Rent();
        try
        {
            return new(rsa.Decrypt(wrappedKey.Span, RSAEncryptionPadding.OaepSHA256));
        }
        catch (CryptographicException)
        {
            return default;
        }
        finally
        {
            _pool.Return(rsa);
        }
    }

    public override string ToString() => PublicKey.Thumbprint;

    // Without this check, a missing or foreign part would show only when the first request is signed.
    private static void RequirePrivateKey(RSAParameters parameters)
    {
        byte[]?[] parts =
        [
            parameters.Modulus, parameters.Exponent, parameters.D, parameters.P,
            parameters.Q, parameters.DP, parameters.DQ, parameters.InverseQ,
        ];
        bool isUsable = Array.TrueForAll(parts, part => part is { Length: > 0 });
        try
        {
            if (isUsable) RSA.Create(parameters).Dispose();
        }
        catch (CryptographicException)
        {
            isUsable = false; // without the cause: it could show a part of a secret
        }

        if (isUsable) return;
        throw new ArgumentException(
            "The private key is incomplete, or its parts do not belong together.",
            nameof(parameters)
        );
    }
}
