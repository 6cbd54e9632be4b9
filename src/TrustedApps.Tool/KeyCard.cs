using Spectre.Console;

namespace TrustedApps.Tool;

/// <summary>An application's id and public key, for people to compare.</summary>
internal static class KeyCard
{
    public static void Write(IAnsiConsole console, string id, RsaPublicKey key)
    {
        WriteLine(console, "Application", Screen.ToPlain(id));
        WriteLine(console, "Key", string.Create(CultureInfo.InvariantCulture, $"RSA, {key.Bits} bits, exponent {key.Exponent}"));
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
