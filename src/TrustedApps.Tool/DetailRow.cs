using Spectre.Console;

namespace TrustedApps.Tool;

/// <summary>A label and its value, for people.</summary>
internal static class DetailRow
{
    // The value is not markup: an id may contain brackets, or a name that Spectre replaces by a picture (":key:").
    public static void Write(IAnsiConsole console, string label, string value)
    {
        console.Markup($"[dim]{label,-11}[/]  ");
        console.WriteLine(ConsoleOutput.ToPlain(value));
    }
}
