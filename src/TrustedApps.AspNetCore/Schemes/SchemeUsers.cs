using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Schemes;

/// <summary>Who the users of a scheme are.</summary>
internal static class SchemeUsers
{
    /// <summary>The resolver of a scheme, or the one for all of them; from the request's scope, so that it may use a database context.</summary>
    public static IUserResolver FindResolver(IServiceProvider services, string scheme) =>
        services.GetKeyedService<IUserResolver>(scheme)
        ?? services.GetService<IUserResolver>()
        ?? UserResolvers.Everyone;

    public static ValueTask<UserResolution> ResolveAsync(HttpContext context, string scheme, string name) =>
        FindResolver(context.RequestServices, scheme).ResolveAsync(name, scheme, context.RequestAborted);
}
