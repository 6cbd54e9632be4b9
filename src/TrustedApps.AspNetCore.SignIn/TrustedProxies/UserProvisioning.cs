using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.SignIn.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>Creates each new user once: simultaneous requests of one user share the outcome.</summary>
internal sealed class UserProvisioning(
    IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, ILogger<ProxyAuthenticationHandler> logger)
{
    private readonly ConcurrentDictionary<(string Scheme, string Name), Lazy<Task<UserResolution>>> _running = new();

    /// <param name="user">A user whom the resolver reported as unknown.</param>
    /// <param name="cancellationToken">Cancels waiting, not the creation of the user.</param>
    public Task<UserResolution> FindOrMakeAsync(TrustedProxyUser user, CancellationToken cancellationToken) =>
        _running
            .GetOrAdd(
                (user.Scheme, user.Name),
                static (_, run) => new Lazy<Task<UserResolution>>(run),
                () => Task.Run(() => RunAsync(user))
            )
            .Value.WaitAsync(cancellationToken);

    private async Task<UserResolution> RunAsync(TrustedProxyUser user)
    {
        try
        {
            return await MakeAsync(user);
        }
        catch (Exception failure) when (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            if (SignInLog.IsFirst(logger, scope.ServiceProvider, user.Scheme, nameof(IUserProvisioner)))
            {
                logger.UserLookupFailed(user.Scheme, nameof(IUserProvisioner), failure);
            }

            return UserResolution.Unavailable;
        }
        finally
        {
            _running.TryRemove((user.Scheme, user.Name), out _);
        }
    }

    // In a scope of its own: the first request may end before others have the outcome.
    private async Task<UserResolution> MakeAsync(TrustedProxyUser user)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        IServiceProvider services = scope.ServiceProvider;
        if (
            (services.GetKeyedService<IUserProvisioner>(user.Scheme) ?? services.GetService<IUserProvisioner>())
            is not { } provisioner
        )
        {
            return UserResolution.Unknown;
        }

        // Another node may have created the user since the resolver was called.
        UserResolution found = await services
            .GetUserResolver(user.Scheme)
            .ResolveAsync(user.Name, user.Scheme, lifetime.ApplicationStopping);
        if (found.Status != UserStatus.Unknown) return found;

        UserResolution made = await provisioner.ProvisionAsync(user, lifetime.ApplicationStopping);
        if (made.Status == UserStatus.Known) logger.Provisioned(user.Scheme, LogSanitizer.Sanitize(user.Name));
        return made;
    }
}
