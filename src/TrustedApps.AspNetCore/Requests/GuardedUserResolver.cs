using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>Calls the application's resolver. One that throws counts as one that cannot answer now.</summary>
internal sealed class GuardedUserResolver(IUserResolver resolver, ILoggerFactory? loggers) : IUserResolver
{
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
            loggers?.CreateLogger<GuardedUserResolver>().UserResolverFailed(resolver.GetType().Name, origin, failure);
            return UserResolution.Unavailable;
        }
    }
}
