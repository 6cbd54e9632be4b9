using System.Formats.Asn1;
using System.Security.Cryptography;
using TrustedApps.Text;

namespace TrustedApps.Keys;

/// <summary>Private keys as text: PEM (RFC 7468) or base64 of PKCS#8 (RFC 5208).</summary>
internal static class PrivateKeyText
{
    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private const int MaxLength = 32_768; // characters; a 8,192-bit key in PEM has 6,400

    public static RSAParameters Read(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.Length > MaxLength) throw Unreadable();

        using RSA rsa = RSA.Create();
        try
        {
            if (text.StartsWith("-----")) ImportPem(rsa, text);
            else ImportBase64(rsa, text, isPkcs8: true);
            return rsa.ExportParameters(includePrivateParameters: true);
        }
        catch (CryptographicException)
        {
            throw Unreadable(); // without the cause: it could show a part of a secret
        }
    }

    private static void ImportPem(RSA rsa, ReadOnlySpan<char> pem)
    {
        if (!PemEncoding.TryFind(pem, out PemFields fields) || pem[fields.Location].Length != pem.Length)
        {
            throw Unreadable();
        }

        ImportBase64(rsa, pem[fields.Base64Data], isPkcs8: pem[fields.Label] switch
        {
            "PRIVATE KEY" => true,
            "RSA PRIVATE KEY" => false,
            _ => throw Unreadable(),
        });
    }

    private static void ImportBase64(RSA rsa, ReadOnlySpan<char> base64, bool isPkcs8)
    {
        string oneLine = string.Concat(base64.ToString().Split(['\r', '\n'])); // files are often wrapped
        if (!StrictBase64.TryDecode(oneLine, out byte[]? der)) throw Unreadable();
        try
        {
            if (HasThirdPrime(der, isPkcs8)) throw ManyPrimes();
            int read;
            if (isPkcs8) rsa.ImportPkcs8PrivateKey(der, out read);
            else rsa.ImportRSAPrivateKey(der, out read);
            if (read != der.Length) throw Unreadable();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    // RFC 8017 appendix A.1.2: version 1 means that more than two primes follow.
    private static bool HasThirdPrime(byte[] der, bool isPkcs8)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.BER);
            AsnReader key = reader.ReadSequence();
            key.TryReadInt32(out int version);
            if (!isPkcs8) return version == 1;
            if (key.ReadSequence().ReadObjectIdentifier() != RsaEncryption) return false;
            key = new AsnReader(key.ReadOctetString(), AsnEncodingRules.BER).ReadSequence();
            return key.TryReadInt32(out version) && version == 1;
        }
        catch (AsnContentException)
        {
            return false; // not a key at all
        }
    }

    private static ArgumentException ManyPrimes() =>
        new(
            "The RSA private key has more than two primes, which this library and most others cannot use. Make a key with two primes."
        );

    private static ArgumentException Unreadable() =>
        new(
            "The text is not an unencrypted RSA private key. It must be PEM with PRIVATE KEY or RSA PRIVATE KEY, or base64 of a DER PKCS#8."
        );
}
