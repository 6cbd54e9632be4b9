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

    // Interpolated, so escaped: an id may hold what looks like markup.
    private static void WriteLine(IAnsiConsole console, string label, string value) =>
        console.MarkupLineInterpolated($"[dim]{label,-11}[/]  {value}");
}
