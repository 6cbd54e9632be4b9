namespace TrustedApps.Conditions;

/// <summary>The users on whose behalf a trusted application may ask: names, with * for any run of characters.</summary>
internal sealed class UserCondition
{
    private readonly string[]? _allow; // null: everyone
    private readonly string[] _deny;

    public UserCondition(IEnumerable<string>? allow, IEnumerable<string>? deny)
    {
        _allow = allow is null ? null : [.. allow];
        _deny = [.. deny ?? []];
        if (_deny.Concat(_allow ?? []).Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException(
                "A user pattern must not be empty: it is a name, with * for any run of characters."
            );
        }
    }

    public bool Allows(string user) => (_allow is null || MatchesAny(_allow, user)) && !MatchesAny(_deny, user);

    private static bool MatchesAny(string[] patterns, string user)
    {
        foreach (string pattern in patterns)
        {
            if (Matches(pattern, user)) return true;
        }

        return false;
    }

    // Linear: on a mismatch only the last * takes one character more.
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> user)
    {
        int p = 0, u = 0, star = -1, resume = 0;
        while (u < user.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, resume) = (p++, u);
            else if (p < pattern.Length && pattern[p] == user[u]) (p, u) = (p + 1, u + 1);
            else if (star >= 0) (p, u) = (star + 1, ++resume);
            else return false;
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }
}
