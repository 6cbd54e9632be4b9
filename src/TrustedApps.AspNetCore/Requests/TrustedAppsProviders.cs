using System.Collections.Concurrent;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>The schemes of this host, made at start-up.</summary>
internal sealed class TrustedAppsProviders
{
    private readonly ConcurrentDictionary<string, TrustedAppsProvider> _providers = new(StringComparer.Ordinal);

    public void Add(string scheme, TrustedAppsProvider provider) => _providers[scheme] = provider;

    public TrustedAppsProvider Get(string scheme) =>
        _providers.TryGetValue(scheme, out TrustedAppsProvider? provider)
            ? provider
            : throw new InvalidOperationException(
                $"The trusted-application scheme '{scheme}' is not started. Start the host, and add the scheme with AddTrustedApps."
            );
}
