namespace TrustedApps.Configuration;

// No XML comments here: see ConfigurationCheck.

// Finds the name that a misspelt one stands for: one with few other letters (Adresses, Addresses), or one that contains
// it (Self, AllowSelf). Case does not matter.
internal static class SimilarNames
{
    private const int MaxDistance = 2; // letters added, left out or replaced
    private const int MinPart = 4; // letters

    public static string? Find(string name, IEnumerable<string> names)
    {
        string[] known = [.. names];
        string? nearest = known.MinBy(other => DistanceOf(name, other));
        if (nearest is not null && DistanceOf(name, nearest) <= Math.Min(MaxDistance, name.Length / 3)) return nearest;
        return name.Length < MinPart
            ? null
            : Array.Find(known, other =>
                other.Contains(name, StringComparison.OrdinalIgnoreCase)
                || (other.Length >= MinPart && name.Contains(other, StringComparison.OrdinalIgnoreCase)));
    }

    // The Levenshtein distance, row by row.
    private static int DistanceOf(string name, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int at = 0; at < name.Length; at++)
        {
            int diagonal = row[0];
            row[0] = at + 1;
            for (int place = 0; place < other.Length; place++)
            {
                bool isSame = char.ToUpperInvariant(name[at]) == char.ToUpperInvariant(other[place]);
                int replaced = diagonal + (isSame ? 0 : 1);
                diagonal = row[place + 1];
                row[place + 1] = Math.Min(replaced, Math.Min(row[place], row[place + 1]) + 1);
            }
        }

        return row[^1];
    }
}
