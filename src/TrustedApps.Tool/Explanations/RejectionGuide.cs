using System.Text;

namespace TrustedApps.Tool.Explanations;

/// <summary>
/// The table in section "Why is a request refused?" of docs/operations.md, which is a resource of this program: what is
/// printed and what is documented cannot differ.
/// </summary>
internal static class RejectionGuide
{
    private const string Resource = "operations.md";
    private const string Heading = "## Why is a request refused?";

    private static readonly Lazy<Dictionary<string, RejectionCause>> _causes = new(Read);

    /// <summary>Finds the row of a code.</summary>
    /// <param name="code">The code, such as <c>BAD_URL</c>.</param>
    /// <returns>The row; null if there is none.</returns>
    public static RejectionCause? Find(string code) => _causes.Value.GetValueOrDefault(code);

    private static Dictionary<string, RejectionCause> Read()
    {
        using Stream document = typeof(RejectionGuide).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(document, Encoding.UTF8);
        var causes = new Dictionary<string, RejectionCause>(StringComparer.Ordinal);
        bool isInSection = false;
        while (reader.ReadLine() is { } line)
        {
            if (isInSection && line.StartsWith('#')) break;
            isInSection |= line == Heading;
            if (!isInSection || line.Split('|') is not ["", var codes, var older, var version4, var remedy, ""]) continue;
            foreach (string code in codes.Split(',', StringSplitOptions.TrimEntries))
            {
                if (!code.All(character => character is >= 'A' and <= 'Z' or '_')) continue; // the head of the table
                causes.Add(code, new RejectionCause(Plain(older), CauseOf(version4, older), Plain(remedy)));
            }
        }

        return causes;
    }

    private static string CauseOf(string version4, string older) =>
        Plain(version4) is var cause && cause.StartsWith("the same", StringComparison.Ordinal)
            ? Plain(older) + cause["the same".Length..]
            : cause;

    private static string Plain(string cell) => cell.Trim().Replace("`", "", StringComparison.Ordinal);
}

/// <summary>A row of the table.</summary>
/// <param name="OlderVersions">
/// The usual cause under versions 1 to 3 and Warwick; empty if the code is not theirs.
/// </param>
/// <param name="Version4">The usual cause under version 4; empty if the code is not its own.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record RejectionCause(string OlderVersions, string Version4, string Remedy);
