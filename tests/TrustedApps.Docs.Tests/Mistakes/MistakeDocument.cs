using System.Text;
using System.Text.RegularExpressions;

namespace TrustedApps.Docs.Tests.Mistakes;

/// <summary>docs/mistakes.md: a pair of applications that works, and the changes that break it.</summary>
internal static partial class MistakeDocument
{
    private const string File = "docs/mistakes.md";

    private static readonly Lock _gate = new();

    /// <summary>The files of the pair, by their names.</summary>
    public static IReadOnlyDictionary<string, string> Pair { get; } = NamedBlock().Matches(Repository.Read(File))
        .ToDictionary(match => match.Groups["file"].Value, match => match.Groups["text"].Value);

    /// <summary>The entries.</summary>
    public static IReadOnlyList<Mistake> Mistakes { get; } = [.. Entry().Matches(Repository.Read(File)).Select(Read)];

    /// <summary>The lines of the table of contents.</summary>
    public static IReadOnlyList<string> Contents { get; } =
        [.. ContentsLine().Matches(Repository.Read(File)).Select(match => match.Groups["title"].Value)];

    /// <summary>Replaces what an entry says that people see.</summary>
    public static void Write(Mistake mistake, string observed)
    {
        lock (_gate)
        {
            string text = Repository.Read(File);
            Match entry = Entry().Matches(text).Single(match => match.Groups["title"].Value == mistake.Title);
            string body = entry.Groups["body"].Value;
            string block = $"```text\n{observed}\n```";
            string changed = body.Contains("```text\n", StringComparison.Ordinal)
                ? TextBlock().Replace(body, _ => block)
                : $"{body.TrimEnd()}\n\n{block}\n\n";
            text = new StringBuilder(text).Remove(entry.Groups["body"].Index, body.Length).Insert(entry.Groups["body"].Index, changed).ToString();
            System.IO.File.WriteAllText(Path.Combine(Repository.Root, File), text);
        }
    }

    private static Mistake Read(Match entry)
    {
        Dictionary<string, string> blocks = Block().Matches(entry.Groups["body"].Value)
            .ToDictionary(match => match.Groups["language"].Value, match => match.Groups["text"].Value);
        return new Mistake(
            entry.Groups["title"].Value,
            blocks.GetValueOrDefault("sh", ""),
            blocks.GetValueOrDefault("diff", ""),
            blocks.GetValueOrDefault("console", ""),
            blocks.GetValueOrDefault("text", "").TrimEnd('\n'));
    }

    [GeneratedRegex(@"^`(?<file>[^`\n]+)`:\n\n```[a-z]+\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, 5000)]
    private static partial Regex NamedBlock();

    [GeneratedRegex(@"^### (?<title>\d+\. [^\n]+)\n(?<body>.*?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline, 5000)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, 5000)]
    private static partial Regex Block();

    [GeneratedRegex(@"^```text\n.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline, 5000)]
    private static partial Regex TextBlock();

    [GeneratedRegex(@"^- \[(?<title>\d+\. [^\]]+)\]\(#", RegexOptions.Multiline, 5000)]
    private static partial Regex ContentsLine();
}
