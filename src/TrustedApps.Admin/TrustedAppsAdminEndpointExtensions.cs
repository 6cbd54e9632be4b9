using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Admin;
using TrustedApps.Admin.Api;
using TrustedApps.Admin.Hosting;
using TrustedApps.Storage;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Shows the administrator's pages.</summary>
public static class TrustedAppsAdminEndpointExtensions
{
    /// <summary>
    /// Serves the administrator's pages below <see cref="TrustedAppsAdminOptions.Path"/>, and the management API below that
    /// and <c>/api</c>, all of it behind <see cref="TrustedAppsAdminOptions.Policy"/>. Razor pages of the host are left as they are.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The same application.</returns>
    /// <exception cref="ArgumentException">The endpoints are a group: set <see cref="TrustedAppsAdminOptions.Path"/> instead.</exception>
    /// <exception cref="InvalidOperationException">Something is missing, such as the policy; the message says what to do.</exception>
    public static IEndpointRouteBuilder MapTrustedAppsAdmin(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints is RouteGroupBuilder) throw new ArgumentException("MapTrustedAppsAdmin is called on the application, not on a group: name the place of the pages in TrustedAppsAdminOptions.Path.", nameof(endpoints));
        TrustedAppsAdminOptions options = endpoints.ServiceProvider.GetService<TrustedAppsAdminOptions>()
            ?? throw new InvalidOperationException("MapTrustedAppsAdmin: add the pages first, with services.AddTrustedAppsAdmin(options => options.Policy = \"...\").");
        Require(options, endpoints.ServiceProvider);

        RouteGroupBuilder group = endpoints.MapGroup("");
        group.RequireAuthorization(options.Policy!);
        ((IEndpointRouteBuilder)group).DataSources.Add(AdminPages.Of(endpoints));
        Stylesheet.Map(group, options.Path);
        ManagementApi.Map(group.MapGroup($"{options.Path}/api"), options.AuthenticationScheme);
        return endpoints;
    }

    private static void Require(TrustedAppsAdminOptions options, IServiceProvider services)
    {
        if (string.IsNullOrEmpty(options.Policy)) throw new InvalidOperationException("AddTrustedAppsAdmin: Policy is missing. Name an authorization policy that only administrators meet: options.Policy = \"TrustAdministrators\", and services.AddAuthorization(o => o.AddPolicy(\"TrustAdministrators\", policy => policy.RequireRole(\"admin\"))).");
        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies) throw new InvalidOperationException($"AddTrustedAppsAdmin: the host has no authorization. Add it with the policy '{options.Policy}': services.AddAuthorization(o => o.AddPolicy(\"{options.Policy}\", ...)).");
        if (policies.GetPolicyAsync(options.Policy).GetAwaiter().GetResult() is null) throw new InvalidOperationException($"AddTrustedAppsAdmin: there is no authorization policy '{options.Policy}'. Add it with services.AddAuthorization(o => o.AddPolicy(\"{options.Policy}\", ...)), or change Policy.");
        if (!PagePath.IsValid(options.Path)) throw new InvalidOperationException($"AddTrustedAppsAdmin: Path is '{options.Path}'. It begins with a slash, does not end with one, and has segments of letters, digits, '-', '_' and '.', such as /trusted-apps.");
        if (services.GetService<TrustedAppsStore>() is null) throw new InvalidOperationException("AddTrustedAppsAdmin: the host has no store of trusts. Add one: services.AddTrustedAppsStore(store => store.Connection = \"trust.db\").");
        AuthenticationScheme? scheme = services.GetService<IAuthenticationSchemeProvider>()?.GetSchemeAsync(options.AuthenticationScheme).GetAwaiter().GetResult();
        if (scheme is null) throw new InvalidOperationException($"AddTrustedAppsAdmin: AuthenticationScheme is '{options.AuthenticationScheme}', and there is no scheme of that name. Name the one that AddTrustedApps has added.");
    }
}
