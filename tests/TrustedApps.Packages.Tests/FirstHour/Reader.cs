using System.Text.RegularExpressions;

namespace TrustedApps.Packages.Tests.FirstHour;

/// <summary>
/// What a reader does with a text: fingerprints differ from machine to machine, so the first one that is shown where the
/// text has one is meant from then on, also in commands and files. Ports are free ones.
/// </summary>
internal sealed partial class Reader : IDisposable
{
    private const string Dots = "...";

    private readonly Dictionary<string, string> _fingerprints = [];
    private readonly Dictionary<string, string> _names = []; // of the groups of the expressions
    private readonly Dictionary<string, ReservedPort> _ports = [];

    /// <summary>Translates a command or a file into what is meant on this machine.</summary>
    /// <exception cref="InvalidOperationException">The text names a fingerprint that has not been shown.</exception>
    public string Translate(string text) => Fingerprint().Replace(
        Port().Replace(text, port => $"{port.Groups["before"].Value}{PortOf(port.Groups["port"].Value)}"),
        name => _fingerprints.GetValueOrDefault(name.Value) ?? throw new InvalidOperationException($"The fingerprint {name} has not been shown yet."));

    /// <summary>
    /// The expression of a text that is shown. A line of three dots stands for any lines, three dots in a line for any
    /// characters.
    /// </summary>
    public Regex ExpressionOf(string text, bool isWhole)
    {
        string translated = Port().Replace(text, port => $"{port.Groups["before"].Value}{PortOf(port.Groups["port"].Value)}");
        string[] lines = translated.Split('\n');
        IEnumerable<string> expressions = lines.Select((line, index) => line == Dots ? @"(?:.*\n)*?"
            : ExpressionOfLine(line) + (isWhole && index + 1 == lines.Length ? @"[ \t]*(?:\n|\z)" : @"[ \t]*\n"));
        string end = !isWhole ? "" : IsOpen(text) ? @"[\s\S]*\z" : @"\s*\z";
        return new Regex(@"\A\s*" + string.Concat(expressions) + end, RegexOptions.None, TimeSpan.FromSeconds(5));
    }

    /// <summary>Whether more may follow what is shown.</summary>
    public static bool IsOpen(string text) => text.EndsWith($"\n{Dots}", StringComparison.Ordinal);

    /// <summary>Learns the fingerprints that were shown.</summary>
    public void Learn(Match shown)
    {
        foreach (Group group in shown.Groups.Values.Where(group => group.Name.StartsWith("name", StringComparison.Ordinal)))
        {
            _fingerprints[_names[group.Name]] = group.Value;
        }
    }

    public void Dispose()
    {
        foreach (ReservedPort port in _ports.Values) port.Dispose();
    }

    private string ExpressionOfLine(string line)
    {
        string expression = "";
        int from = 0;
        foreach (Match name in Fingerprint().Matches(line))
        {
            expression += Literal(line[from..name.Index]);
            expression += _fingerprints.TryGetValue(name.Value, out string? known) ? Regex.Escape(known) : NewName(name.Value);
            from = name.Index + name.Length;
        }

        return expression + Literal(line[from..]);
    }

    private string NewName(string fingerprint)
    {
        string name = $"name{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(fingerprint))}";
        _names[name] = fingerprint;
        return $"(?<{name}>{Fingerprint()})";
    }

    private static string Literal(string text) => Regex.Escape(text).Replace(@"\.\.\.", ".*?", StringComparison.Ordinal);

    private ReservedPort PortOf(string port)
    {
        if (!_ports.TryGetValue(port, out ReservedPort? free)) _ports[port] = free = new ReservedPort();
        return free;
    }

    [GeneratedRegex("[A-Za-z0-9_-]{4}(?: [A-Za-z0-9_-]{4}){9} [A-Za-z0-9_-]{3}(?![A-Za-z0-9_-])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fingerprint();

    [GeneratedRegex("(?<before>localhost:|-port )(?<port>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Port();
}
