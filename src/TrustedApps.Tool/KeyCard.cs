using Spectre.Console;

namespace TrustedApps.Tool;

/// <summary>An application's id and public keys, for people to compare.</summary>
internal static class KeyCard
{
    /// <summary>All keys of an application.</summary>
    public static void Write(IAnsiConsole console, ApplicationKeys keys)
    {
        WriteLine(console, "Application", Screen.ToPlain(keys.Id));
        foreach (ApplicationKey key in keys.Keys) Write(console, key);
    }

    /// <summary>The legacy key of an application.</summary>
    public static void WriteLegacy(IAnsiConsole console, ApplicationKeys keys)
    {
        WriteLine(console, "Application", Screen.ToPlain(keys.Id));
        Write(console, keys.Keys.First(key => key.Use == KeyUse.Legacy));
    }

    /// <summary>The keys that a certificate of version 4 lists.</summary>
    public static void Write(IAnsiConsole console, ApplicationCertificate certificate)
    {
        WriteLine(console, "Application", Screen.ToPlain(certificate.Id));
        WriteLine(console, "Name", Screen.ToPlain(certificate.Name));
        foreach (RsaPublicKey key in certificate.SigningKeys) Write(console, key, "signs");
        foreach (RsaPublicKey key in certificate.EncryptionKeys) Write(console, key, "decrypts");
    }

    private static void Write(IAnsiConsole console, ApplicationKey key)
    {
        string use = key.Use switch { KeyUse.Signature => "version 4, signs", KeyUse.Encryption => "version 4, decrypts", _ => "versions 1 to 3" };
        Write(console, key.PublicKey, key.Status switch
        {
            KeyStatus.Next => $"{use}, next",
            KeyStatus.Retired => string.Create(CultureInfo.InvariantCulture, $"{use}, retired {key.RetiredAt:yyyy-MM-dd HH:mm:ss}Z"),
            _ => $"{use}, current",
        });
    }

    private static void Write(IAnsiConsole console, RsaPublicKey key, string use)
    {
        WriteLine(console, "Key", string.Create(CultureInfo.InvariantCulture, $"RSA, {key.Bits} bits, exponent {key.Exponent}; {use}"));
        WriteLine(console, "Fingerprint", key.Fingerprint);
        if (key.Weakness is { } weakness) WriteLine(console, "Warning", weakness);
    }

    // The value is no markup: an id may hold brackets, or what Spectre takes for the name of a picture (":key:").
    private static void WriteLine(IAnsiConsole console, string label, string value)
    {
        console.Markup($"[dim]{label,-11}[/]  ");
        console.WriteLine(value);
    }
}
