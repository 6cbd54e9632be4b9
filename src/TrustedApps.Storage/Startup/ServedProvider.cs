using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Hosting;
using TrustedApps.Keys;

namespace TrustedApps.Storage.Startup;

/// <summary>The provider of the host that the store serves, as its scheme describes it.</summary>
/// <param name="scheme">The name of the scheme.</param>
/// <param name="services">The services of the host.</param>
internal sealed class ServedProvider(string scheme, IServiceProvider services)
{
    private InMemoryTrustStore? _configured;

    /// <summary>The settings of the scheme; the defaults in a host without it.</summary>
    public ProviderSettings Settings { get; } =
        services.GetServices<ProviderSettings>().LastOrDefault(settings => settings.Scheme == scheme)
        ?? new ProviderSettings { Scheme = scheme };

    /// <summary>The id of this application.</summary>
    /// <exception cref="InvalidOperationException">It is not configured.</exception>
    public string ApplicationId =>
        Settings.ApplicationId
        ?? throw new InvalidOperationException(
            $"Scheme '{scheme}': Id is missing. The store keeps own keys (KeyFolder) under this application's id: set Id."
        );

    /// <summary>Returns the ids of the applications that the configuration of the scheme trusts.</summary>
    /// <exception cref="InvalidOperationException">The host has not started.</exception>
    public IEnumerable<string> FindConfigured() =>
        Configured?.Trusts.Select(trust => trust.Id) ?? [];

    /// <summary>The id of this application, as configured or as its keys say; null if neither is known.</summary>
    public string? FindOwnId()
    {
        if (Settings.ApplicationId is { } id) return id;
        try
        {
            return services.GetKeyedService<IKeyStore>(scheme)?.Keys.Id;
        }
        catch (InvalidOperationException)
        {
            return null; // the keys are not loaded yet
        }
    }

    /// <summary>Whether the configuration of the scheme trusts an application.</summary>
    /// <exception cref="InvalidOperationException">The host has not started.</exception>
    public bool IsConfigured(string applicationId) =>
        Configured?.Find(applicationId) is not null;

    // Kept: the last counts are written when the services may be gone.
    private InMemoryTrustStore? Configured => _configured ??= services.GetKeyedService<InMemoryTrustStore>(scheme);
}
