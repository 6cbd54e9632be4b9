using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>Makes each new user once: whoever asks for the same one meanwhile waits for the outcome.</summary>
internal sealed class UserProvisioning(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, ILogger<ProxyAuthenticationHandler> logger)
{
    private readonly ConcurrentDictionary<(string Scheme, string Name), Lazy<Task<UserResolution>>> _running = new(); // only while it runs

    /// <param name="user">A user whom the resolver did not know.</param>
    /// <param name="cancellationToken">Ends the waiting, not what is waited for.</param>
    public Task<UserResolution> FindOrMakeAsync(TrustedProxyUser user, CancellationToken cancellationToken) => _running
        .GetOrAdd((user.Scheme, user.Name), static (_, run) => new Lazy<Task<UserResolution>>(run), () => Task.Run(() => RunAsync(user)))
        .Value.WaitAsync(cancellationToken);

    private async Task<UserResolution> RunAsync(TrustedProxyUser user)
    {
        try
        {
            return await MakeAsync(user);
        }
        finally
        {
            _running.TryRemove((user.Scheme, user.Name), out _);
        }
    }

    // In a scope of its own: the request that came first may be gone before others have their answer.
    private async Task<UserResolution> MakeAsync(TrustedProxyUser user)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        IServiceProvider services = scope.ServiceProvider;
        if ((services.GetKeyedService<IUserProvisioner>(user.Scheme) ?? services.GetService<IUserProvisioner>()) is not { } provisioner) return UserResolution.Unknown;

        // Somebody may have made the user between this request's question and now.
        UserResolution known = await SchemeUsers.FindResolver(services, user.Scheme).ResolveAsync(user.Name, user.Scheme, lifetime.ApplicationStopping);
        if (known.Status != UserStatus.Unknown) return known;

        UserResolution made = await provisioner.ProvisionAsync(user, lifetime.ApplicationStopping);
        if (made.Status == UserStatus.Known) logger.Provisioned(user.Scheme, LogSanitizer.Sanitize(user.Name));
        return made;
    }
}
