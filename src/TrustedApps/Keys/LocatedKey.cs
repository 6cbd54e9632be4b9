using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrustedApps.Keys;

/// <summary>
/// One private key from the place that the settings name. Messages say what is wrong with it, and never what is in it.
/// </summary>
internal static class LocatedKey
{
    private const int MaxLength = 1 << 20; // bytes: a key and the certificates around it

    /// <exception cref="InvalidDataException">There is not exactly one RSA private key.</exception>
    /// <exception cref="ArgumentException">The key cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <param name="location">The place.</param>
    /// <param name="use">What the key is for.</param>
    /// <param name="status">Its place in the rotation.</param>
    /// <param name="notBefore">The time from which the certificate of an X.509 store is valid; null for a file.</param>
    public static PrivateKey Read(
        KeyLocationOptions location, KeyUse use, KeyStatus status, out DateTimeOffset? notBefore)
    {
        notBefore = null;
        if (location.Path is not { Length: > 0 } path) return Find(location, use, status, out notBefore);
        byte[] content = ReadFile(path);
        try
        {
            return content.AsSpan().IndexOf("-----BEGIN "u8) >= 0
                ? OfPem(content, location.Password, use, status)
                : OfPkcs12(content, location.Password, use, status);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static byte[] ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                "there is no such file. Correct the path (relative paths begin at the content root), or put the file there."
            );
        }

        using FileStream file = File.OpenRead(path);
        if (file.Length > MaxLength) throw new InvalidDataException($"the file has more than {MaxLength} bytes.");
        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static PrivateKey OfPem(byte[] content, string? password, KeyUse use, KeyStatus status)
    {
        char[] text = new char[Encoding.UTF8.GetMaxCharCount(content.Length)];
        int length = Encoding.UTF8.GetChars(content, text);
        try
        {
            RSAParameters numbers = PemPrivateKey.Read(text.AsSpan(0, length), password);
            var key = new PrivateKey(use, numbers, status);
            RequireStrength(key.PublicKey.EncodedKey);
            return key;
        }
        finally
        {
            text.AsSpan().Clear();
        }
    }

    private static PrivateKey OfPkcs12(byte[] content, string? password, KeyUse use, KeyStatus status)
    {
        // on macOS keys cannot be in memory alone
        X509KeyStorageFlags place = OperatingSystem.IsMacOS()
            ? X509KeyStorageFlags.DefaultKeySet
            : X509KeyStorageFlags.EphemeralKeySet;
        X509Certificate2Collection all;
        try
        {
            all = X509CertificateLoader.LoadPkcs12Collection(content, password, place);
        }
        catch (CryptographicException)
        {
            throw NotPkcs12(password is not null); // without the cause: it could show a part of a secret
        }

        X509Certificate2[] withKey = [.. all.Where(certificate => certificate.HasPrivateKey)];
        foreach (X509Certificate2 other in all.Except(withKey)) other.Dispose();
        return withKey is [var only]
            ? Place(ExternalKey.FromCertificate(only), use, status)
            : throw new InvalidDataException(
                $"the file has {withKey.Length} private keys and must have one. Put each key in a file of its own: no key serves two uses."
            );
    }

    private static PrivateKey Find(
        KeyLocationOptions location, KeyUse use, KeyStatus status, out DateTimeOffset? notBefore)
    {
        using var store = new X509Store(location.Store, location.Location);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        }
        catch (CryptographicException)
        {
            throw NoStore();
        }

        X509Certificate2Collection found =
            store.Certificates.Find(X509FindType.FindByThumbprint, location.Thumbprint!, validOnly: false);
        notBefore = found is [var first, ..] ? new DateTimeOffset(first.NotBefore) : null;
        return found is [var only, ..]
            ? Place(ExternalKey.FromCertificate(only), use, status)
            : throw new InvalidDataException(
                "there is no such certificate. Import it for the user who runs the application, or correct Thumbprint, Store or Location."
            );
    }

    private static PrivateKey Place(ExternalKey key, KeyUse use, KeyStatus status) =>
        new(new ApplicationKey(use, status, key.PublicKey, RetiredAt: null), key.Operations);

    private static InvalidDataException NotPkcs12(bool hasPassword) =>
        new(
            hasPassword
                ? "the file is neither PEM nor a PKCS#12 file with this Password. Correct Password, or the path."
                : "the file is neither PEM nor a PKCS#12 file without password. If it has one, set Password."
        );

    private static InvalidDataException NoStore() =>
        new("the store does not exist for the user who runs the application. Correct Store and Location.");

    private static void RequireStrength(byte[] publicKey)
    {
        if (!RsaPublicKey.TryRead(publicKey, out _, out string? problem)) throw new InvalidDataException(problem);
    }
}
