namespace Provider._1;

/// <summary>The data of this application; each user sees their own.</summary>
internal static class Issues
{
    private static readonly Issue[] _all =
    [
        new("WEB-1", "The login page is slow", "fred"),
        new("WEB-2", "Typing error on the front page", "barney"),
        new("WEB-3", "Release notes for 2.0", "fred"),
    ];

    public static IEnumerable<Issue> Of(string user) => _all.Where(issue => issue.Owner == user);
}

internal sealed record Issue(string Key, string Summary, string Owner);
