using System.Text.RegularExpressions;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>The rewrite rules of a scheme, parsed once.</summary>
internal sealed class UserNameTransforms(IEnumerable<UserNameTransform> rewrites)
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(100);

    private readonly Func<string, string>[] _steps = [.. rewrites.Select(ToStep)];

    /// <summary>The user name; null when the rules take too long, or what is left is no user name.</summary>
    public string? Apply(string name)
    {
        if (!UserNameSyntax.IsValid(name)) return null;
        try
        {
            string rewritten = _steps.Aggregate(name, static (current, step) => step(current));
            return UserNameSyntax.IsValid(rewritten) ? rewritten : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <exception cref="ArgumentException">The pattern cannot be parsed, or has no group.</exception>
    public static Regex Parse(string pattern)
    {
        var regex = new Regex(pattern, RegexOptions.CultureInvariant, _timeout);
        return regex.GetGroupNumbers().Contains(1) ? regex : throw new ArgumentException("it has no group, and a match is replaced by the first one.");
    }

    private static Func<string, string> ToStep(UserNameTransform rewrite)
    {
        if (rewrite.Prefix is { Length: > 0 } prefix) return name => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;

        Regex regex = Parse(rewrite.Pattern!);
        return name => regex.Replace(name, static match => match.Groups[1].Value, count: 1);
    }
}
