using System.Text.RegularExpressions;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// One step from the name that a trusted proxy sends to the user name. Set either <see cref="Prefix"/> or
/// <see cref="Pattern"/>.
/// </summary>
public sealed class UserNameTransform
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The text to remove from the beginning, such as <c>EXAMPLE\</c>; compared exactly. A name without it stays
    /// unchanged.
    /// </summary>
    public string? Prefix { get; set; }

    /// <summary>
    /// A regular expression with a group, such as <c>^(.+)@example\.com$</c>: the text of the first group replaces the
    /// first match. A name without a match stays unchanged. If matching takes longer than 100 ms, the request is
    /// rejected.
    /// </summary>
    public string? Pattern { get; set; }

    /// <summary>Parses the step.</summary>
    /// <exception cref="ArgumentException">The pattern cannot be parsed, or has no group.</exception>
    internal Func<string, string> Compile()
    {
        if (Prefix is { Length: > 0 } prefix)
        {
            return name => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        }

        var regex = new Regex(Pattern!, RegexOptions.CultureInvariant, _timeout);
        if (!regex.GetGroupNumbers().Contains(1))
        {
            throw new ArgumentException("it has no group, and the first group replaces the match.");
        }

        return name => regex.Replace(name, static match => match.Groups[1].Value, count: 1);
    }

    /// <summary>
    /// Applies steps; null if they take too long, or if the name or the result is not a valid user name.
    /// </summary>
    internal static string? Apply(IEnumerable<Func<string, string>> steps, string name)
    {
        if (!UserNameSyntax.IsValid(name)) return null;
        try
        {
            string transformed = steps.Aggregate(name, static (current, step) => step(current));
            return UserNameSyntax.IsValid(transformed) ? transformed : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
