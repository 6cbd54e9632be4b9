using System.Text.RegularExpressions;

namespace TrustedApps.Packages.Tests.FirstHour;

/// <summary>
/// A Markdown file whose fenced blocks are what a person does and sees. The word after the fence says what a block is:
/// <c>sh</c>: commands, and <c>^C</c>, in the main terminal or in <c>terminal=NAME</c>; <c>text</c>: what that terminal
/// then shows; any other word with <c>title=FILE</c>: the whole text of a file. Nothing else is allowed, so that no block
/// is left out.
/// </summary>
internal static partial class Transcript
{
    public const string MainTerminal = "main";

    public static IReadOnlyList<Step> Read(string text)
    {
        var steps = new List<Step>();
        string terminal = MainTerminal;
        foreach (Match block in Fence().Matches(text))
        {
            int line = 1 + text.AsSpan(0, block.Index).Count('\n');
            (string kind, string code) = (block.Groups["kind"].Value, block.Groups["code"].Value.TrimEnd('\n'));
            string? title = block.Groups["title"] is { Success: true } named ? named.Value : null;
            if (kind is not "sh" and not "text")
            {
                steps.Add(new FileStep(line, title ?? throw new FormatException($"Line {line}: a file needs title=."), code + "\n"));
                continue;
            }

            if (title is not null) throw new FormatException($"Line {line}: {kind} has no title.");
            if (block.Groups["terminal"] is { Success: true } other) terminal = other.Value;
            else if (kind == "sh") terminal = MainTerminal;
            steps.Add(kind == "text" ? new OutputStep(line, terminal, code)
                : new CommandStep(line, terminal, code.Replace("\\\n", "", StringComparison.Ordinal).Split('\n')));
        }

        if (text.Split("\n```").Length - 1 != 2 * steps.Count) throw new FormatException("A fence is not one of the known kinds.");
        return steps;
    }

    [GeneratedRegex(@"^```(?<kind>[a-z]+)(?: terminal=(?<terminal>[a-z]+))?(?: title=(?<title>[\w./-]+))?\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();
}

/// <param name="Line">The line of the fence, counted from 1.</param>
internal abstract record Step(int Line);

/// <summary>Commands to type, one after another, or ^C to press. The last one may be a server, which does not end.</summary>
internal sealed record CommandStep(int Line, string Terminal, IReadOnlyList<string> Commands) : Step(Line);

/// <summary>What a terminal shows.</summary>
internal sealed record OutputStep(int Line, string Terminal, string Text) : Step(Line);

/// <summary>A file to write.</summary>
internal sealed record FileStep(int Line, string Path, string Text) : Step(Line);
