using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Makes every scheme ready before the server listens. Every problem stops the start. Saves the replay cache when the
/// server has ended.
/// </summary>
internal sealed class TrustedAppsStartup(
    IEnumerable<TrustedAppsScheme> schemes,
    TrustedAppsProviders providers,
    TrustedAppsProviderFactory factory,
    TrustRegister register,
    IServiceProvider services
) : IHostedLifecycleService
{
    // At the end the services may be gone: WebApplicationFactory and Run() stop one host at the same time.
    private InMemoryReplayCache? _replays;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (TrustedAppsScheme scheme in schemes.Distinct())
        {
            providers.Add(scheme.Name, await factory.CreateAsync(scheme.Name, cancellationToken));
        }

        register.Complete();
        _replays = services.GetService<IReplayCache>() as InMemoryReplayCache;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _replays?.Dispose();
        return Task.CompletedTask;
    }
}
