namespace Calendar;

/// <summary>The dates, in memory.</summary>
internal static class Dates
{
    private static readonly Date[] _all =
    [
        new("2026-12-14", "Release 2.0", ["admin", "fred", "barney"]),
        new("2026-12-15", "Surprise party", ["admin", "barney"]),
        new("2027-01-11", "Review of the login page", ["admin", "fred"]),
    ];

    public static string[] Users { get; } = ["admin", "fred", "barney"];

    public static IReadOnlyList<Date> Of(string user) => [.. _all.Where(date => date.IsVisibleTo(user))];
}

internal sealed class Date(string day, string what, string[] visibleTo)
{
    public string Day => day;

    public string What => what;

    public bool IsVisibleTo(string user) => visibleTo.Contains(user, StringComparer.Ordinal);
}
