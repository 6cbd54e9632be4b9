using System.Text.RegularExpressions;

namespace TrustedApps.TestSupport;

/// <summary>A fenced block of code in a Markdown file.</summary>
/// <param name="File">The file, below the root of the repository.</param>
/// <param name="Line">The line of the fence, counted from 1.</param>
/// <param name="Code">The text of the block, without the indentation of its fence.</param>
internal sealed partial record CodeBlock(string File, int Line, string Code)
{
    /// <summary>A complete program begins with its usings; any other block is a fragment.</summary>
    public bool IsProgram => UsingDirective().IsMatch(Code.Split('\n')[0]);

    /// <summary>The number of lines that a reader has to understand: neither usings nor empty lines count.</summary>
    public int StatementLines => Code.Split('\n').Count(line => line.Length > 0 && !UsingDirective().IsMatch(line));

    public static IReadOnlyList<CodeBlock> Read(string file, string language)
    {
        string text = Repository.Read(file);
        return [.. Fence().Matches(text).Where(match => match.Groups["language"].Value == language).Select(match => new CodeBlock(
            file, 1 + text.AsSpan(0, match.Index).Count('\n'), Unindent(match.Groups["code"].Value, match.Groups["indent"].Value)))];
    }

    public override string ToString() => $"{File}:{Line}";

    private static string Unindent(string code, string indentation) => string.Join(
        '\n', code.Split('\n').Select(line => line.StartsWith(indentation, StringComparison.Ordinal) ? line[indentation.Length..] : line));

    [GeneratedRegex(@"^(?<indent> *)```(?<language>[a-z]+)\n(?<code>.*?)^\k<indent>```$", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^using [\w.]+;$", RegexOptions.None, 1000)]
    private static partial Regex UsingDirective();
}
