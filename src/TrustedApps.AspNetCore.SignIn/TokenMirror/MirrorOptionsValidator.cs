using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>Validates the options at start-up: each message names the setting and the remedy.</summary>
internal sealed class MirrorOptionsValidator(IOptions<AuthenticationOptions> authentication)
    : IValidateOptions<TokenMirrorOptions>
{
    public ValidateOptionsResult Validate(string? name, TokenMirrorOptions options)
    {
        string[] problems = [.. FindProblems(options).Select(problem => $"Token mirror: {problem}")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> FindProblems(TokenMirrorOptions options)
    {
        if (!IsPlainPath(options.Prefix))
        {
            yield return $"Prefix '{options.Prefix}' {PlainPath}, such as /rest/token-auth/api.";
        }

        if (!IsPlainPath(options.Target)) yield return $"Target '{options.Target}' {PlainPath}, such as /rest/api.";
        if (
            IsInside(options.Prefix, options.Target)
            || options.Target.Contains(options.Prefix, StringComparison.OrdinalIgnoreCase)
        )
        {
            yield return $"Prefix '{options.Prefix}' and Target '{options.Target}' are the same, or one is inside the other. Mount the mirror beside the API.";
        }

        if (options.RejectionStatus is not (404 or 403))
        {
            yield return $"RejectionStatus must be 404 or 403, not {options.RejectionStatus}.";
        }

        if (options.Schemes.Count == 0)
        {
            yield return "Schemes is empty. Add the token schemes of the mirror, such as TrustedApps.";
        }

        foreach (string scheme in options.Schemes)
        {
            if (FindProblemOfScheme(scheme, options.TokenHandlers) is { } problem) yield return $"Schemes: {problem}";
        }

        for (int index = 0; index < options.Entries.Count; index++)
        {
            foreach (string problem in FindProblems(options.Entries[index], options))
            {
                yield return $"Entries:{index}: {problem}";
            }
        }
    }

    private string? FindProblemOfScheme(string scheme, IList<Type> listed)
    {
        if (!authentication.Value.SchemeMap.TryGetValue(scheme, out AuthenticationSchemeBuilder? known))
        {
            return $"there is no authentication scheme '{scheme}'. Add it, or correct the name.";
        }

        if (known.HandlerType is not { } handler) return $"the scheme '{scheme}' has no handler. Set its HandlerType.";
        if (TokenSchemes.HasOtherCredential(handler))
        {
            return $"'{scheme}' ({handler.Name}) authenticates by a cookie or by another scheme, not by a token. Remove it: every credential of the mirror must be a token.";
        }

        return TokenSchemes.IsToken(handler, listed)
            ? null
            : $"'{scheme}' ({handler.Name}) is not known to authenticate by a token. If it reads a token that the sender puts into the request, implement ITokenScheme or add the handler to TokenHandlers; otherwise remove the scheme.";
    }

    private static IEnumerable<string> FindProblems(TokenMirrorEntry entry, TokenMirrorOptions options)
    {
        if (FindProblemOfPath(entry.Path, options.Prefix) is { } ofPath) yield return $"Path: {ofPath}";
        if (FindProblemOfMethods(entry.Methods) is { } ofMethods) yield return $"Methods: {ofMethods}";
        foreach (string scheme in entry.Schemes.Except(options.Schemes, StringComparer.Ordinal))
        {
            yield return $"Schemes: '{scheme}' is not among the mirror's schemes. Add it to them, or remove it from the entry.";
        }

        foreach (
            (string setting, IList<string> names) in ((string, IList<string>)[])
                [(nameof(entry.Subjects), entry.Subjects), (nameof(entry.Applications), entry.Applications)]
        )
        {
            if (names.Any(name => name is null or "" or "*"))
            {
                yield return $"{setting}: list each name, or leave the list out for all; * and an empty name are not valid.";
            }
        }
    }

    private static string? FindProblemOfPath(string path, string prefix)
    {
        if (!path.StartsWith(prefix + "/", StringComparison.Ordinal))
        {
            return $"'{path}' is not below {prefix}. Write the whole path on the mirror, such as {prefix}/content/*/child/attachment.";
        }

        try
        {
            _ = new UrlCondition([path]);
            return null;
        }
        catch (ArgumentException bad)
        {
            return bad.Message;
        }
    }

    private static string? FindProblemOfMethods(IList<string> methods)
    {
        if (methods.Count == 0) return null;
        try
        {
            _ = new MethodCondition(methods);
            return null;
        }
        catch (ArgumentException bad)
        {
            return bad.Message;
        }
    }

    private static bool IsInside(string path, string other) =>
        (path + "/").StartsWith(other + "/", StringComparison.OrdinalIgnoreCase);

    private static bool IsPlainPath(string path) =>
        path is ['/', .., not '/']
        && path[1..].Split('/').All(segment => segment is not ("" or "." or "..") && segment.All(IsPlain));

    private static bool IsPlain(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~';

    private const string PlainPath =
        "must begin with a slash and not end with one, in letters, digits and - . _ ~ without dot segments";
}
