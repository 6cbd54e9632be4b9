namespace TrustedApps.Tool;

/// <summary>
/// Keeps messages about wrong usage from repeating a password. If one argument looks like a piece of a connection
/// string, every other argument may be a piece as well, split for want of quotes.
/// </summary>
internal sealed class ArgumentRedactor(IReadOnlyList<string> args)
{
    private const string Hidden = "(not repeated: it may hold a password)";

    private static readonly char[] _delimiters = ['=', ':']; // between an option and its value

    private readonly string[] _hidden = args.Any(MayHoldPassword)
        ?
        [
            .. args.SelectMany(PiecesOf)
                .Where(piece => piece.Length > 0)
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(piece => piece.Length),
        ]
        : [];

    public string Apply(string message)
    {
        foreach (string piece in _hidden)
        {
            message = message.Replace($"'{piece}'", Hidden, StringComparison.Ordinal);
            if (piece.Contains('=', StringComparison.Ordinal))
            {
                message = message.Replace(piece, Hidden, StringComparison.Ordinal);
            }
        }

        return message;
    }

    // --name=value with a plain value is an option; Key=value is not, nor is --name=Key=value.
    private static bool MayHoldPassword(string arg) => ValueOf(arg).Contains('=', StringComparison.Ordinal);

    private static string ValueOf(string arg) =>
        !arg.StartsWith('-') ? arg : arg.IndexOfAny(_delimiters) is > 0 and int end ? arg[(end + 1)..] : "";

    // The names of options are not secret.
    private static IEnumerable<string> PiecesOf(string arg) =>
        !arg.StartsWith('-') ? [arg]
        : ValueOf(arg) is { Length: > 0 } value ? [arg, value]
        : [];
}
