using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Startup;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>Calls the application's resolver. One that throws counts as one that cannot answer now.</summary>
internal sealed class GuardedUserResolver(IUserResolver resolver, ILoggerFactory? loggers) : IUserResolver
{
    [SuppressMessage("Design", "CA1031", Justification = "The application's code may throw anything.")]
    public async ValueTask<UserResolution> ResolveAsync(
        string name,
        string origin,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await resolver.ResolveAsync(name, origin, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            loggers?.CreateLogger<TrustedAppsStartup>().UserResolverFailed(resolver.GetType().Name, origin, failure);
            return UserResolution.Unavailable;
        }
    }
}
