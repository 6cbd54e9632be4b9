using Spectre.Console;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tool;

/// <summary>An application's id and public keys, for people to compare.</summary>
internal static class KeyCard
{
    /// <summary>All keys of an application.</summary>
    public static void Write(IAnsiConsole console, ApplicationKeys keys)
    {
        DetailRow.Write(console, "Application", keys.Id);
        foreach (ApplicationKey key in keys.Keys) Write(console, key);
    }

    /// <summary>The legacy key of an application.</summary>
    public static void WriteLegacy(IAnsiConsole console, ApplicationKeys keys)
    {
        DetailRow.Write(console, "Application", keys.Id);
        Write(console, keys.Keys.First(key => key.Use == KeyUse.Legacy));
    }

    /// <summary>The keys that a certificate of version 4 lists.</summary>
    public static void Write(IAnsiConsole console, ApplicationCertificate certificate)
    {
        DetailRow.Write(console, "Application", certificate.Id);
        DetailRow.Write(console, "Name", certificate.Name);
        foreach (RsaPublicKey key in certificate.SigningKeys) Write(console, key, "signs");
        foreach (RsaPublicKey key in certificate.EncryptionKeys) Write(console, key, "decrypts");
    }

    private static void Write(IAnsiConsole console, ApplicationKey key)
    {
        string use = key.Use switch
        {
            KeyUse.Signature => "version 4, signs",
            KeyUse.Encryption => "version 4, decrypts",
            _ => "versions 1 to 3",
        };
        Write(
            console,
            key.PublicKey,
            key.Status switch
            {
                KeyStatus.Next => $"{use}, next",
                KeyStatus.Retired => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{use}, retired {key.RetiredAt:yyyy-MM-dd HH:mm:ss}Z"
                ),
                _ => $"{use}, current",
            }
        );
    }

    private static void Write(IAnsiConsole console, RsaPublicKey key, string use)
    {
        DetailRow.Write(
            console,
            "Key",
            string.Create(CultureInfo.InvariantCulture, $"RSA, {key.Bits} bits, exponent {key.Exponent}; {use}")
        );
        DetailRow.Write(console, "Fingerprint", key.Fingerprint);
        if (key.Weakness is { } weakness) DetailRow.Write(console, "Warning", weakness);
    }
}
