using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Validates the options at start-up: each message names the setting and the remedy.</summary>
internal sealed class FormLoginOptionsValidator(
    IServiceProvider services,
    IOptions<AuthenticationOptions> schemes,
    IOptionsMonitor<CookieAuthenticationOptions> cookies
) : IValidateOptions<FormLoginOptions>
{
    public ValidateOptionsResult Validate(string? name, FormLoginOptions options) =>
        SchemeProblems.Result(name, options, FindProblems(name ?? "", options));

    private IEnumerable<string> FindProblems(string scheme, FormLoginOptions options)
    {
        string[] fields = [options.UserNameField, options.PasswordField, options.RememberMeField];
        if (
            Array.Exists(fields, string.IsNullOrEmpty)
            || fields.Distinct(StringComparer.OrdinalIgnoreCase).Count() < fields.Length
        )
        {
            yield return "UserNameField, PasswordField and RememberMeField must be three different names, regardless of case.";
        }

        if (FindProblemOfPaths(options) is { } bad) yield return bad;
        if (FindProblem(nameof(options.SignInScheme), options.SignInScheme) is { } signIn) yield return signIn;
        if (FindProblem(nameof(options.RememberMeScheme), options.RememberMeScheme) is { } rememberMe)
        {
            yield return rememberMe;
        }

        if (options.RememberMeScheme is not null && options.RememberMeScheme == options.SignInScheme)
        {
            yield return "RememberMeScheme must be another scheme than SignInScheme: a second cookie, with a name and a lifetime of its own.";
        }

        if (CredentialServices.FindProblem(services, scheme) is { } problem) yield return problem;
    }

    private static string? FindProblemOfPaths(FormLoginOptions options)
    {
        if (!options.AllPaths.Any())
        {
            return "Paths and PathList are empty. Set the paths to which the login form is posted, such as /login.";
        }

        if (options.AllPaths.FirstOrDefault(IsAnywhere) is { } everything)
        {
            return $"Paths: '{everything}' would accept a password on every path. Set the paths to which the login form is posted, such as /login.";
        }

        try
        {
            _ = options.LoginPaths;
            return null;
        }
        catch (ArgumentException malformed)
        {
            return $"Paths: {malformed.Message}";
        }
    }

    // "/" covers what is below it.
    private static bool IsAnywhere(string pattern) => pattern.All(character => character is '/' or '*');

    private string? FindProblem(string setting, string? scheme)
    {
        if (scheme is null) return null;
        if (!schemes.Value.SchemeMap.TryGetValue(scheme, out AuthenticationSchemeBuilder? found))
        {
            return $"{setting}: there is no scheme '{scheme}'. Add it, such as with AddCookie(\"{scheme}\").";
        }

        if (!typeof(IAuthenticationSignInHandler).IsAssignableFrom(found.HandlerType))
        {
            return $"{setting}: the scheme '{scheme}' cannot sign in. Use a scheme that can, such as one of AddCookie.";
        }

        return Forwards(scheme, found.HandlerType!)
            ? $"{setting}: the scheme '{scheme}' forwards to another scheme. Name that scheme, so that its session is renewed."
            : null;
    }

    private bool Forwards(string scheme, Type handlerType)
    {
        if (handlerType == typeof(PolicySchemeHandler)) return true;
        if (handlerType != typeof(CookieAuthenticationHandler)) return false;
        CookieAuthenticationOptions options = cookies.Get(scheme);
        return options.ForwardDefault is not null
            || options.ForwardDefaultSelector is not null
            || options.ForwardSignIn is not null
            || options.ForwardSignOut is not null;
    }
}
