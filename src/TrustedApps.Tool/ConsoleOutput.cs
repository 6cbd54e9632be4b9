using System.Text;
using Spectre.Console;
using TrustedApps.Text;

namespace TrustedApps.Tool;

/// <summary>A stream as a console. Only a terminal gets colours, and line breaks at its width.</summary>
internal sealed class ConsoleOutput : IAnsiConsoleOutput
{
    private const int Unlimited = 100_000; // columns

    private ConsoleOutput(Stream stream, bool isTerminal)
    {
        Writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
        {
            AutoFlush = true,
            NewLine = "\n",
        };
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
        // they would turn colours on for some build servers
        Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
    });

    /// <summary>
    /// Replaces white space by a blank, and every other character that is not printable by a question mark.
    /// </summary>
    public static string ToPlain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune)) plain.Append(' ');
            else plain.Append(PrintableCharacters.Contains(rune) ? rune.ToString() : "?");
        }

        return plain.ToString();
    }

    public void SetEncoding(Encoding encoding)
    {
        // Always UTF-8.
    }
}
