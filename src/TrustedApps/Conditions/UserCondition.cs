using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Conditions;

/// <summary>
/// The users on whose behalf a trusted application may ask: names, with * for any run of characters. Allowed names are
/// compared exactly, denied ones folded (specification version-4.md, section 6), so that "ADMIN" is denied with
/// "admin".
/// </summary>
internal sealed class UserCondition
{
    private const int StackLimit = 256; // characters

    private readonly string[]? _allow; // null: everyone
    private readonly string[] _deny; // folded

    public UserCondition(IEnumerable<string>? allow, IEnumerable<string>? deny)
    {
        _allow = allow is null ? null : [.. allow];
        string[] denied = [.. deny ?? []];
        if (denied.Concat(_allow ?? []).Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException(
                "A user pattern must not be empty: it is a name, with * for any run of characters."
            );
        }

        if (denied.Concat(_allow ?? []).FirstOrDefault(pattern => pattern.Any(char.IsControl)) is { } unmatched)
        {
            throw new ArgumentException(
                $"The user pattern '{LogSanitizer.Sanitize(unmatched)}' has a control character, and no user name has one."
            );
        }

        _deny = Array.ConvertAll(denied, CaseFolding.Fold);
    }

    public bool Allows(string user) => (_allow is null || MatchesAny(_allow, user)) && !IsDenied(user);

    private bool IsDenied(string user)
    {
        if (_deny.Length == 0) return false;
        if (user.Length > StackLimit || !Ascii.IsValid(user)) return IsDeniedFolded(CaseFolding.Fold(user));

        Span<char> folded = stackalloc char[StackLimit];
        Ascii.ToLower(user, folded, out int length);
        return IsDeniedFolded(folded[..length]);
    }

    // Many databases do not tell "admin " from "admin". Older versions can name such a user.
    private bool IsDeniedFolded(ReadOnlySpan<char> user)
    {
        ReadOnlySpan<char> trimmed = user.Trim();
        return MatchesAny(_deny, user) || (trimmed.Length < user.Length && MatchesAny(_deny, trimmed));
    }

    private static bool MatchesAny(string[] patterns, ReadOnlySpan<char> user)
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
