using System.Security.Cryptography;
using TrustedApps.Text;

namespace TrustedApps.Keys;

/// <summary>Private keys as text: PEM (RFC 7468) or base64 of PKCS#8 (RFC 5208).</summary>
internal static class PrivateKeyText
{
    private const int MaxLength = 32_768; // characters; a 8,192-bit key in PEM has 6,400

    public static RSAParameters Read(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.Length > MaxLength) throw Unreadable();

        using RSA rsa = RSA.Create();
        try
        {
            if (text.StartsWith("-----")) ImportPem(rsa, text);
            else ImportPkcs8(rsa, text);
            return rsa.ExportParameters(includePrivateParameters: true);
        }
        catch (CryptographicException)
        {
            throw Unreadable(); // the cause may say too much about a secret
        }
    }

    private static void ImportPem(RSA rsa, ReadOnlySpan<char> pem)
    {
        if (!PemEncoding.TryFind(pem, out PemFields fields)) throw Unreadable();
        ReadOnlySpan<char> label = pem[fields.Label];
        if (label is not ("PRIVATE KEY" or "RSA PRIVATE KEY")) throw Unreadable();
        rsa.ImportFromPem(pem);
    }

    private static void ImportPkcs8(RSA rsa, ReadOnlySpan<char> base64)
    {
        string oneLine = string.Concat(base64.ToString().Split(['\r', '\n'])); // files are often wrapped
        if (!StrictBase64.TryDecode(oneLine, out byte[]? pkcs8)) throw Unreadable();
        try
        {
            rsa.ImportPkcs8PrivateKey(pkcs8, out int read);
            if (read != pkcs8.Length) throw Unreadable();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static ArgumentException Unreadable() =>
        new("This is no unencrypted RSA private key: PEM with PRIVATE KEY or RSA PRIVATE KEY, or base64 of a DER PKCS#8, is expected.");
}
