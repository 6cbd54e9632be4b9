using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>
/// An application's own id and private key. Immutable; safe for concurrent use. Neither <see cref="ToString"/> nor any
/// exception shows the private part.
/// </summary>
public sealed class ApplicationKeys
{
    private readonly ExclusivePool<RSA> _signers;

    internal ApplicationKeys(string id, RSAParameters parameters)
    {
        Id = ApplicationId.Require(id, nameof(id));
        RequirePrivateKey(parameters);
        PublicKey = RsaKeyEncoding.FromParameters(parameters);
        if (PublicKey.Bits is < KeyStrength.MinimumWeakBits or > KeyStrength.MaximumBits || !KeyStrength.IsSafeExponent(PublicKey.Exponent))
        {
            throw new ArgumentException("An application's key has 1,024 to 8,192 bits and an odd exponent from 65537 to 4294967296.", nameof(parameters));
        }

        Parameters = parameters;
        _signers = new ExclusivePool<RSA>(() => RSA.Create(parameters));
    }

    /// <summary>The application id: 1 to 255 characters without control characters.</summary>
    public string Id { get; }

    /// <summary>The public key.</summary>
    public RsaPublicKey PublicKey { get; }

    internal RSAParameters Parameters { get; }

    /// <summary>The Magic header of versions 1 and 2 under this key: without padding it never changes.</summary>
    internal string? MagicHeader { get; set; }

    /// <summary>Makes a new key.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="bits">2048, 3072 or 4096.</param>
    /// <returns>Id and key.</returns>
    /// <exception cref="ArgumentException">The id is not one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Another number of bits.</exception>
    public static ApplicationKeys Generate(string id, int bits = 3072)
    {
        if (bits is not (2048 or 3072 or 4096)) throw new ArgumentOutOfRangeException(nameof(bits), bits, "A key has 2048, 3072 or 4096 bits.");
        using RSA rsa = RSA.Create(bits);
        return new ApplicationKeys(id, rsa.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>Takes over a private key: PEM (PKCS#8 or PKCS#1, not encrypted), or the base64 of a DER PKCS#8.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="privateKey">The text.</param>
    /// <returns>Id and key.</returns>
    /// <exception cref="ArgumentException">The id is not one, or the text is no private key that can be used. The message never repeats the text.</exception>
    public static ApplicationKeys Import(string id, ReadOnlySpan<char> privateKey) =>
        new(ApplicationId.Require(id, nameof(id)), PrivateKeyText.Read(privateKey));

    /// <summary>Loads a key file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Id and key.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is no key file. The message never repeats what it holds.</exception>
    public static ApplicationKeys Load(string path) => KeyFile.Parse(File.ReadAllBytes(path), path);

    /// <summary>Saves a new key file that only its owner may read (mode 0600). A file that exists is never overwritten.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public void Save(string path) => KeyFile.Write(this, path);

    /// <summary>The legacy certificate document of this application.</summary>
    /// <param name="version">1, 2 or 3; null leaves version and magic out, as version 0 did.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Another version.</exception>
    public LegacyCertificate ToLegacyCertificate(int? version = 3) => new(Id, PublicKey, version);

    /// <summary>The id and the public key's thumbprint; never the private part.</summary>
    /// <returns>A text for logs.</returns>
    public override string ToString() => $"{Id} ({PublicKey.Thumbprint})";

    internal byte[] SignHash(ReadOnlySpan<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding padding)
    {
        RSA rsa = _signers.Rent();
        byte[] signature = rsa.SignHash(hash, algorithm, padding);
        _signers.Return(rsa);
        return signature;
    }

    // Otherwise a part that is missing or belongs to another key would show when the first request is signed.
    private static void RequirePrivateKey(RSAParameters key)
    {
        byte[]?[] parts = [key.Modulus, key.Exponent, key.D, key.P, key.Q, key.DP, key.DQ, key.InverseQ];
        bool isUsable = Array.TrueForAll(parts, part => part is { Length: > 0 });
        try
        {
            if (isUsable) RSA.Create(key).Dispose();
        }
        catch (CryptographicException)
        {
            isUsable = false; // without the cause: it could say too much about a secret
        }

        if (!isUsable) throw new ArgumentException("The private key is incomplete, or its parts do not belong together.", nameof(key));
    }
}
