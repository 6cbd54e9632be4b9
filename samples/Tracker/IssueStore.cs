using System.Globalization;

namespace Tracker;

/// <summary>The issues, in memory. Every question names the user who asks.</summary>
internal sealed class IssueStore
{
    private const int Capacity = 1000;

    private readonly Lock _lock = new();
    private readonly List<Issue> _issues =
    [
        new("TRK-1", "Release 2.0: write the announcement", Users.Admin, Users.All),
        new("TRK-2", "Export breaks on <tags> & \"quotes\"", Users.Barney, Users.All),
        new("TRK-3", "Release 2.0: price list, not public yet", Users.Admin, [Users.Admin]),
        new("TRK-4", "Release 2.0: security fix for the login page", Users.Fred, [Users.Admin, Users.Fred]),
        new("TRK-5", "Release 2.0: surprise party", Users.Barney, [Users.Admin, Users.Barney]),
    ];

    /// <summary>What the user may see, and whose key or summary holds the text.</summary>
    public IReadOnlyList<Issue> Find(string user, string? text)
    {
        lock (_lock) return [.. _issues.Where(issue => issue.IsVisibleTo(user) && issue.Contains(text ?? ""))];
    }

    /// <summary>Adds an issue that its owner and the administrator see; null when there is no room.</summary>
    public Issue? Add(string user, string summary)
    {
        lock (_lock)
        {
            if (_issues.Count >= Capacity) return null;
            string key = string.Create(CultureInfo.InvariantCulture, $"TRK-{_issues.Count + 1}");
            var issue = new Issue(key, summary, user, user == Users.Admin ? [user] : [Users.Admin, user]);
            _issues.Add(issue);
            return issue;
        }
    }
}

internal sealed record Issue(string Key, string Summary, string Owner, IReadOnlyList<string> VisibleTo)
{
    public bool IsVisibleTo(string user) => VisibleTo.Contains(user, StringComparer.Ordinal);

    public bool Contains(string text) =>
        Key.Contains(text, StringComparison.OrdinalIgnoreCase) || Summary.Contains(text, StringComparison.OrdinalIgnoreCase);
}
