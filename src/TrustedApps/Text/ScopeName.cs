using System.Buffers;

namespace TrustedApps.Text;

/// <summary>The names of scopes (RFC 8693 section 4.2, RFC 6749 section 3.3).</summary>
internal static class ScopeName
{
    /// <summary>The number of scopes that one request may name.</summary>
    public const int MaxCount = 16;

    private const int MaxLength = 64; // characters

    private static readonly SearchValues<char> _characters = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code).Where(code => code is not ('"' or '\\'))]);

    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaxLength } && !name.AsSpan().ContainsAnyExcept(_characters);

    /// <summary>Splits a <c>scope</c> claim; null if it is malformed.</summary>
    public static string[]? Split(string claim)
    {
        string[] names = claim.Split(' ', MaxCount + 1);
        return FindProblem(names) is null ? names : null;
    }

    /// <summary>Describes what is wrong with the scopes of one request; null if nothing is.</summary>
    public static string? FindProblem(IReadOnlyList<string> names)
    {
        if (names.Count > MaxCount) return $"there are more than {MaxCount} scopes";
        foreach (string name in names)
        {
            if (!IsValid(name)) return "a scope is not 1 to 64 printable characters without space, quote and backslash";
        }

        return names.Distinct(StringComparer.Ordinal).Count() == names.Count ? null : "a scope is there twice";
    }
}
