using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Hosting;

/// <summary>
/// Checks the options and the services of the host that they name. Each message names the setting and the remedy.
/// </summary>
internal sealed class TrustedAppsAdminOptionsValidator(IServiceProvider services)
    : IValidateOptions<TrustedAppsAdminOptions>
{
    public ValidateOptionsResult Validate(string? name, TrustedAppsAdminOptions options)
    {
        string[] problems = [.. FindProblems(options).Select(problem => $"AddTrustedAppsAdmin: {problem}")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> FindProblems(TrustedAppsAdminOptions options)
    {
        if (FindProblemOfPolicy(options.Policy) is { } policy) yield return policy;
        if (!PagePath.IsValid(options.Path))
        {
            yield return $"Path is '{options.Path}'. It must begin with a slash, not end with one, and have segments of letters, digits, '-', '_' and '.', such as /trusted-apps.";
        }

        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(TrustedAppsStore)) == false)
        {
            yield return "the host has no store of trusts. Add one: services.AddTrustedAppsStore(store => store.Connection = \"trust.db\").";
        }

        AuthenticationScheme? scheme = services
            .GetService<IAuthenticationSchemeProvider>()
            ?.GetSchemeAsync(options.AuthenticationScheme)
            .GetAwaiter()
            .GetResult();
        if (scheme is null)
        {
            yield return $"AuthenticationScheme is '{options.AuthenticationScheme}', and there is no scheme of that name. Set it to the name that AddTrustedApps was called with.";
        }
    }

    private string? FindProblemOfPolicy(string? policy)
    {
        if (string.IsNullOrEmpty(policy))
        {
            return "Policy is missing. Set it to an authorization policy that only administrators meet: options.Policy = \"TrustAdministrators\", and services.AddAuthorization(o => o.AddPolicy(\"TrustAdministrators\", policy => policy.RequireRole(\"admin\"))).";
        }

        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies)
        {
            return $"the host has no authorization. Add it with the policy '{policy}': services.AddAuthorization(o => o.AddPolicy(\"{policy}\", ...)).";
        }

        return policies.GetPolicyAsync(policy).GetAwaiter().GetResult() is null
            ? $"there is no authorization policy '{policy}'. Add it with services.AddAuthorization(o => o.AddPolicy(\"{policy}\", ...)), or change Policy."
            : null;
    }
}
