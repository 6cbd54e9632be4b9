using System.Buffers;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>Validates the options at start-up: each message names the setting and the remedy.</summary>
internal sealed class TrustedProxyOptionsValidator : IValidateOptions<TrustedProxyOptions>
{
    // RFC 9110, section 5.6.2
    private static readonly SearchValues<char> _token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public ValidateOptionsResult Validate(string? name, TrustedProxyOptions options) =>
        SchemeProblems.Result(name, options, FindProblems(options));

    private static IEnumerable<string> FindProblems(TrustedProxyOptions options)
    {
        if (options.Header is null == options.Cookie is null)
        {
            string missing = options.MissingSection is { } section ? $" {section}" : "";
            yield return $"set either Header or Cookie: the one that holds the user's name, such as X-User.{missing}";
        }

        if (options.Addresses.Count == 0)
        {
            yield return "Addresses is empty. Set the addresses from which the trusted proxy connects, such as 127.0.0.1: a client that may send the header can be any user.";
        }

        foreach (string pattern in options.Addresses)
        {
            if (FindProblem(pattern) is { } problem) yield return $"Addresses: {problem}";
        }

        string[] names =
        [
            .. options.Attributes.Select(attribute => attribute.Name ?? ""),
            .. new[] { options.Header, options.Cookie }.OfType<string>(),
        ];
        foreach (string name in names.Where(name => name.Length == 0 || name.AsSpan().ContainsAnyExcept(_token)))
        {
            yield return $"'{name}' is not a valid name of a header or cookie.";
        }

        foreach (string name in names.Where(name => names.Count(other => ProxyField.AreSpellings(name, other)) > 1))
        {
            yield return $"'{name}' is there twice, or in two spellings. Use each name once.";
        }

        foreach (ClaimMapping attribute in options.Attributes.Where(attribute => !HasClaimType(attribute)))
        {
            yield return $"Attributes: {attribute.Name}: set ClaimType to another type than that of the user's name.";
        }

        for (int index = 0; index < options.Rewrites.Count; index++)
        {
            if (FindProblem(options.Rewrites[index]) is { } problem) yield return $"Rewrites:{index}: {problem}";
        }
    }

    private static bool HasClaimType(ClaimMapping attribute) =>
        !string.IsNullOrEmpty(attribute.ClaimType)
        && !attribute.ClaimType.Equals(ClaimTypes.Name, StringComparison.OrdinalIgnoreCase);

    private static string? FindProblem(string address)
    {
        try
        {
            return new AddressCondition([address]).CoversEverything
                ? $"'{address}' covers every address: any client that reaches the application could be any user. Set the addresses from which the trusted proxy connects."
                : null;
        }
        catch (ArgumentException malformed)
        {
            return malformed.Message;
        }
    }

    private static string? FindProblem(UserNameTransform transform)
    {
        if (string.IsNullOrEmpty(transform.Prefix) == string.IsNullOrEmpty(transform.Pattern))
        {
            return "set either Prefix or Pattern.";
        }

        try
        {
            _ = transform.Compile();
            return null;
        }
        catch (ArgumentException malformed)
        {
            return $"Pattern '{transform.Pattern}': {malformed.Message}";
        }
    }
}
