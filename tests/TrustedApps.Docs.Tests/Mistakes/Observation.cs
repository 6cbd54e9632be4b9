using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace TrustedApps.Docs.Tests.Mistakes;

/// <summary>What people see, in the words of the document: what differs from run to run has a name instead.</summary>
/// <param name="replacements">What this run has in place of what the document says.</param>
internal sealed partial class Observation(params (string Here, string InDocument)[] replacements)
{
    private const int Columns = 116;

    // The framework's lines about a failed start or request repeat the exception, or say what the status says.
    private static readonly string[] _repeating = ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.DataProtection"];

    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString().TrimEnd('\n');

    public void Add(string what, string message)
    {
        _text.Append(what).Append('\n');
        foreach (string line in Normalize(message).Split('\n')) AddWrapped(line.TrimEnd());
    }

    public void AddPlain(string text)
    {
        foreach (string line in Normalize(text).Replace("\r", "", StringComparison.Ordinal).TrimEnd().Split('\n')) AddWrapped(line.TrimEnd(), "");
    }

    public void Add(string what, Exception problem) => Add($"{what}: {problem.GetType().Name}", problem.Message);

    public void Add(string application, LogRecorder logs)
    {
        // HeartbeatSlow: this machine is busy.
        foreach (LogLine line in logs.Lines.Where(line => line.Level >= LogLevel.Warning && !_repeating.Any(line.Category.StartsWith) && line.Event.Name != "HeartbeatSlow"))
        {
            string level = line.Level == LogLevel.Warning ? "warning" : "error";
            if (line.Category.StartsWith("TrustedApps.", StringComparison.Ordinal)) Add($"{application} logs {level} {line.Event.Id}:", line.Message);
            else if (line.Exception is { } problem) Add($"{application} logs an exception of a request: {problem.GetType().Name}", problem.Message);
            else Add($"{application} logs {level} of {line.Category}:", line.Message);
        }
    }

    private string Normalize(string text)
    {
        foreach ((string here, string inDocument) in replacements) text = text.Replace(here, inDocument, StringComparison.Ordinal);
        return Stamp().Replace(text, "TIME");
    }

    private void AddWrapped(string line, string margin = "  ")
    {
        string indentation = margin + new string(' ', line.Length - line.TrimStart().Length);
        var row = new StringBuilder(indentation);
        foreach (string word in line.Trim().Split(' '))
        {
            if (row.Length > indentation.Length && row.Length + 1 + word.Length > Columns)
            {
                _text.Append(row).Append('\n');
                row.Clear().Append(indentation);
            }

            if (row.Length > indentation.Length) row.Append(' ');
            row.Append(word);
        }

        _text.Append(row.ToString().TrimEnd()).Append('\n');
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|\d\d:\d\d:\d\d\.\d{7}", RegexOptions.None, 1000)]
    private static partial Regex Stamp();
}
