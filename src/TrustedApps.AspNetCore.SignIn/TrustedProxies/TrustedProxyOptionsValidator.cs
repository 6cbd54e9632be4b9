using System.Buffers;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>What must hold before the first request: each message names the setting and says how to mend it.</summary>
internal sealed class TrustedProxyOptionsValidator : IValidateOptions<TrustedProxyOptions>
{
    // RFC 9110 section 5.6.2
    private static readonly SearchValues<char> _token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public ValidateOptionsResult Validate(string? name, TrustedProxyOptions options) =>
        SchemeProblems.Result(name, FindProblems(options));

    private static IEnumerable<string> FindProblems(TrustedProxyOptions options)
    {
        if (options.Header is null == options.Cookie is null) yield return "set either Header or Cookie: what carries the user's name, such as X-User.";
        if (options.Addresses.Count == 0) yield return "Addresses is empty. Say where the front connects from, such as 127.0.0.1: anybody who may send the header can be any user.";
        foreach (string pattern in options.Addresses)
        {
            if (FindProblem(pattern) is { } problem) yield return $"Addresses: {problem}";
        }

        string[] names = [.. options.Attributes.Select(attribute => attribute.Name ?? ""), .. new[] { options.Header, options.Cookie }.OfType<string>()];
        foreach (string name in names.Where(name => name.Length == 0 || name.AsSpan().ContainsAnyExcept(_token))) yield return $"'{name}' is no name of a header or cookie.";
        foreach (string name in names.Where(name => names.Count(other => new HeaderNameMatcher(name).IsSpelledAs(other)) > 1)) yield return $"'{name}' is there twice, or in two spellings.";

        foreach (ClaimMapping attribute in options.Attributes.Where(attribute => string.IsNullOrEmpty(attribute.ClaimType) || attribute.ClaimType.Equals(ClaimTypes.Name, StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"Attributes: {attribute.Name}: set ClaimType, to something else than the user's name.";
        }

        for (int index = 0; index < options.Rewrites.Count; index++)
        {
            if (FindProblem(options.Rewrites[index]) is { } problem) yield return $"Rewrites:{index}: {problem}";
        }
    }

    private static string? FindProblem(string address)
    {
        try
        {
            return AddressPattern.Parse(address).CoversEverything ? $"'{address}' covers every address: whoever reaches the application could be any user. Say where the front connects from." : null;
        }
        catch (ArgumentException bad)
        {
            return bad.Message;
        }
    }

    private static string? FindProblem(UserNameTransform rewrite)
    {
        if (string.IsNullOrEmpty(rewrite.Prefix) == string.IsNullOrEmpty(rewrite.Pattern)) return "set either Prefix or Pattern.";
        try
        {
            if (rewrite.Pattern is { Length: > 0 } pattern) UserNameTransforms.Parse(pattern);
            return null;
        }
        catch (ArgumentException bad)
        {
            return $"Pattern '{rewrite.Pattern}': {bad.Message}";
        }
    }
}
