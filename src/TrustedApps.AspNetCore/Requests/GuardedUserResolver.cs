using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Calls the application's resolver. One that throws, or null from its factory, counts as one that cannot answer now.
/// </summary>
internal sealed class GuardedUserResolver(IUserResolver? resolver, string scheme, IServiceProvider services)
    : IUserResolver
{
    public async ValueTask<UserResolution> ResolveAsync(
        string name,
        string origin,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return resolver is null
                ? throw new InvalidOperationException("No IUserResolver is registered, or its factory returned null.")
                : await resolver.ResolveAsync(name, origin, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log(origin, failure);
            return UserResolution.Unavailable;
        }
    }

    private void Log(string origin, Exception failure)
    {
        if (services.GetService<ILoggerFactory>()?.CreateLogger<GuardedUserResolver>() is not { } logger) return;
        var kind = new RejectionKind(
            scheme,
            $"'{origin}'",
            RejectionCodes.Unavailable,
            "UserResolverFailed",
            Address: null
        );
        if (services.GetService<RejectionLog>()?.IsFirst(logger, kind) == false) return;
        logger.UserResolverFailed(resolver?.GetType().Name ?? nameof(IUserResolver), origin, failure);
    }
}
