namespace TrustedApps.Conditions;

/// <summary>Reports a bad pattern with its position.</summary>
internal static class PatternText
{
    public static ArgumentException Bad(string kind, string pattern, int position, string problem) =>
        new($"{kind} '{pattern}' is bad at position {position + 1}: {problem}");
}
