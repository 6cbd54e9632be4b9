using Spectre.Console;

namespace TrustedApps.Tool;

/// <summary>A label and its value, for people.</summary>
internal static class DetailRow
{
    // The value is no markup: an id may hold brackets, or what Spectre takes for the name of a picture (":key:").
    public static void Write(IAnsiConsole console, string label, string value)
    {
        console.Markup($"[dim]{label,-11}[/]  ");
        console.WriteLine(ConsoleOutput.ToPlain(value));
    }
}
