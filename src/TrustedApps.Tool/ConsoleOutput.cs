using System.Text;
using Spectre.Console;

namespace TrustedApps.Tool;

/// <summary>A stream as a console. What is not a screen gets neither colours nor line breaks of a screen's width.</summary>
internal sealed class ConsoleOutput : IAnsiConsoleOutput
{
    private const int Unlimited = 100_000; // columns

    private ConsoleOutput(Stream stream, bool isTerminal)
    {
        Writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
        IsTerminal = isTerminal;
    }

    public TextWriter Writer { get; }

    public bool IsTerminal { get; }

    public int Width => IsTerminal && Console.BufferWidth > 0 ? Console.BufferWidth : Unlimited;

    public int Height => IsTerminal ? Console.WindowHeight : Unlimited;

    public static IAnsiConsole Create(Stream stream, bool isTerminal) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new ConsoleOutput(stream, isTerminal),
        Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        Interactive = InteractionSupport.No,
        Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false }, // these turn colours on for some build servers
    });

    /// <summary>Text of strangers without what moves the cursor, breaks the line, or shows text in another order.</summary>
    public static string ToPlain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune)) plain.Append(' ');
            else plain.Append(IsPlain(rune) ? rune.ToString() : "?");
        }

        return plain.ToString();
    }

    public void SetEncoding(Encoding encoding)
    {
        // Always UTF-8.
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
