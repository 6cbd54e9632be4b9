using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Hosting;

namespace TrustedApps.AspNetCore.OpenApi;

/// <summary>Finds the trusted-application schemes whose requests an endpoint accepts.</summary>
/// <param name="forwarding">Other schemes that accept trusted requests, such as a chain.</param>
internal sealed class AcceptingSchemes(string[] forwarding)
{
    /// <summary>Lists the trusted-application schemes of the application.</summary>
    /// <exception cref="InvalidOperationException">There is none, or a forwarding scheme does not exist.</exception>
    public async Task<IReadOnlyList<string>> FindAllAsync(IServiceProvider services)
    {
        string[] all = [.. services.GetServices<ProviderSettings>().Select(settings => settings.Scheme)];
        if (all.Length == 0)
        {
            throw new InvalidOperationException(
                "AddTrustedAppsSecurityScheme needs a trusted-application scheme, and none was added: call services.AddAuthentication().AddTrustedApps()."
            );
        }

        IAuthenticationSchemeProvider known = services.GetRequiredService<IAuthenticationSchemeProvider>();
        foreach (string scheme in forwarding)
        {
            if (await known.GetSchemeAsync(scheme) is not null) continue;
            throw new InvalidOperationException(
                $"AddTrustedAppsSecurityScheme names the authentication scheme '{scheme}', which was not added: correct its name, or leave it out."
            );
        }

        return all;
    }

    /// <summary>Lists those that an endpoint accepts: none if it allows anonymous users.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(IList<object> metadata, IServiceProvider services)
    {
        IReadOnlyList<string> all = await FindAllAsync(services);
        if (await FindPolicyAsync(metadata, services) is not { } policy) return [];

        IAuthenticationSchemeProvider known = services.GetRequiredService<IAuthenticationSchemeProvider>();
        IReadOnlyList<string> named = policy.AuthenticationSchemes;
        if (named.Count == 0)
        {
            if (await known.GetDefaultAuthenticateSchemeAsync() is not { } standard) return all; // UseTrustedApps()
            named = [standard.Name];
        }

        var accepted = new List<string>();
        foreach (string name in named) accepted.AddRange(await ResolveAsync(name, all, known, services));
        return [.. accepted.Distinct(StringComparer.Ordinal)];
    }

    // As the authorization middleware combines them.
    private static async Task<AuthorizationPolicy?> FindPolicyAsync(IList<object> metadata, IServiceProvider services)
    {
        if (metadata.OfType<IAllowAnonymous>().Any()) return null;
        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies) return null;

        AuthorizationPolicy? policy = await AuthorizationPolicy.CombineAsync(
            policies, metadata.OfType<IAuthorizeData>(), metadata.OfType<AuthorizationPolicy>());
        IAuthorizationRequirement[] more =
            [.. metadata.OfType<IAuthorizationRequirementData>().SelectMany(data => data.GetRequirements())];
        if (more.Length == 0) return policy;
        AuthorizationPolicy required = new AuthorizationPolicyBuilder().AddRequirements(more).Build();
        return policy is null ? required : AuthorizationPolicy.Combine(policy, required);
    }

    private async Task<IReadOnlyList<string>> ResolveAsync(
        string name, IReadOnlyList<string> all, IAuthenticationSchemeProvider known, IServiceProvider services)
    {
        IOptionsMonitor<PolicySchemeOptions> options =
            services.GetRequiredService<IOptionsMonitor<PolicySchemeOptions>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (string? next = name; next is not null && seen.Add(next);)
        {
            if (all.Contains(next, StringComparer.Ordinal)) return [next];
            if (forwarding.Contains(next, StringComparer.Ordinal)) return all;
            if ((await known.GetSchemeAsync(next))?.HandlerType != typeof(PolicySchemeHandler)) return [];

            PolicySchemeOptions policy = options.Get(next);
            if (policy.ForwardAuthenticate is null && policy.ForwardDefaultSelector is not null) return all;
            next = policy.ForwardAuthenticate ?? policy.ForwardDefault;
        }

        return [];
    }
}
