using System.Security.Cryptography;

namespace TrustedApps.Keys;

/// <summary>
/// The one private key in a PEM file (RFC 7468), which may hold certificates and explanatory text beside it.
/// </summary>
internal static class PemPrivateKey
{
    private const string Encrypted = "ENCRYPTED PRIVATE KEY"; // RFC 7468, section 11

    private static readonly string[] _labels = ["PRIVATE KEY", "RSA PRIVATE KEY", Encrypted];

    /// <exception cref="InvalidDataException">There is not exactly one RSA private key that opens.</exception>
    public static RSAParameters Read(ReadOnlySpan<char> text, string? password)
    {
        int start = -1, length = 0, count = 0, offset = 0;
        bool isEncrypted = false;
        while (PemEncoding.TryFind(text[offset..], out PemFields fields))
        {
            ReadOnlySpan<char> label = text[offset..][fields.Label];
            (int at, int size) = fields.Location.GetOffsetAndLength(text.Length - offset);
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                if (!_labels.Contains(label.ToString(), StringComparer.Ordinal)) throw NotRsa(label.ToString());
                (start, length, isEncrypted) = (offset + at, size, label.SequenceEqual(Encrypted));
                count++;
            }

            offset += at + size;
        }

        if (count == 0 && text.Contains("Proc-Type:", StringComparison.Ordinal)) throw OldEncryption();
        if (count != 1)
        {
            throw new InvalidDataException(
                $"the file has {count} private keys and must have one (PRIVATE KEY, ENCRYPTED PRIVATE KEY or RSA PRIVATE KEY). Put each key in a file of its own: no key serves two uses."
            );
        }

        ReadOnlySpan<char> key = text.Slice(start, length);
        return isEncrypted ? ReadEncrypted(key, password) : ReadPlain(key);
    }

    private static RSAParameters ReadPlain(ReadOnlySpan<char> key)
    {
        try
        {
            return PrivateKeyText.Read(key);
        }
        catch (ArgumentException cause)
        {
            throw new InvalidDataException(cause.Message, cause);
        }
    }

    private static RSAParameters ReadEncrypted(ReadOnlySpan<char> key, string? password)
    {
        if (password is null)
        {
            throw new InvalidDataException("the private key is encrypted: set Password.");
        }

        using RSA rsa = RSA.Create();
        try
        {
            rsa.ImportFromEncryptedPem(key, password);
            return rsa.ExportParameters(includePrivateParameters: true);
        }
        catch (Exception failed) when (failed is CryptographicException or ArgumentException)
        {
            throw DoesNotOpen(); // without the cause: it could show a part of a secret
        }
    }

    private static InvalidDataException DoesNotOpen() =>
        new("the encrypted private key does not open, or is not an RSA key. Is Password that of this file?");

    private static InvalidDataException OldEncryption() =>
        new(
            "the private key is encrypted in the old way of OpenSSL (Proc-Type), which derives its key with one round of MD5. Convert it with 'openssl pkcs8 -topk8'."
        );

    private static InvalidDataException NotRsa(string label) =>
        new($"the file has a private key of another kind ({label}). The keys of version 4 are RSA keys.");
}
