namespace TrustedApps.Conditions;

/// <summary>How a bad pattern is reported: always with its position.</summary>
internal static class PatternText
{
    public static ArgumentException Bad(string kind, string pattern, int position, string problem) =>
        new($"{kind} '{pattern}' is bad at position {position + 1}: {problem}");
}
