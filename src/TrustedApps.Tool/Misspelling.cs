using TrustedApps.Configuration;

namespace TrustedApps.Tool;

/// <summary>Finds the command or option that a misspelt one stands for.</summary>
internal static class Misspelling
{
    /// <summary>Returns the message about the first word like a command or an option; null if there is none.</summary>
    public static string? Find(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [{ } word, ..]) return null;
        Command command = parsed.CommandResult.Command;
        bool isOption = word.StartsWith("--", StringComparison.Ordinal);
        string[] known = isOption
            ? [.. command.Options.Where(option => !option.Hidden).Select(option => option.Name)]
            : [.. command.Subcommands.Select(sub => sub.Name)];
        if (known.Length == 0) return null;
        string name = isOption ? word.Split('=', ':')[0] : word;
        string kind = isOption ? "option" : "command";
        string of = ToolCommand.FullName(parsed.CommandResult);
        return SimilarNames.Find(name, known) is { } meant
            ? $"'{of}' has no {kind} '{name}'. Did you mean '{meant}'?"
            : $"'{of}' has no {kind} '{name}'. It has {string.Join(", ", known)}.";
    }
}
