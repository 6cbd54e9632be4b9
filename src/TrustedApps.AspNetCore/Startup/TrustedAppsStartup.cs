using Microsoft.Extensions.Hosting;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Makes every scheme ready before the server listens. Every problem stops the start.</summary>
internal sealed class TrustedAppsStartup(
    IEnumerable<TrustedAppsScheme> schemes,
    TrustedAppsProviders providers,
    TrustedAppsProviderFactory factory
) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var trusts = new TrustRegister();
        foreach (TrustedAppsScheme scheme in schemes.Distinct())
        {
            providers.Add(scheme.Name, await factory.CreateAsync(scheme.Name, trusts, cancellationToken));
        }

        trusts.RequireNoneInStores();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
