using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TrustedApps.Testing.Hosting;

/// <summary>Refuses to start in production, and says in the log what the host is for.</summary>
/// <param name="host">The application. Made here at the latest: in production that throws.</param>
/// <param name="logger">The log.</param>
internal sealed partial class TestingStartup(TestHost host, ILogger<TestingStartup> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (string scheme in host.FindSchemes()) _ = host.GetScheme(scheme).Keys; // made before requests wait
        LogActive(logger);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        90,
        LogLevel.Warning,
        "TrustedApps.Testing is active: this host has throw-away keys, does not trust the applications of its configuration, and trusts the clients of tests. It must serve tests only",
        EventName = "TestingActive"
    )]
    private static partial void LogActive(ILogger logger);
}
