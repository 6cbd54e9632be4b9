using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Client;
using TrustedApps.Keys;
using TrustedApps.Testing.Hosting.Peers;
using TrustedApps.Testing.Keys;

namespace TrustedApps.Testing.Hosting;

/// <summary>
/// Gives the trusted clients of the application under test throw-away keys in place of a key file. Where a test
/// provider answers a client, its certificate takes the place of the one that is configured.
/// </summary>
internal sealed class ClientOptionsSetup(TestHost host, IEnumerable<TestPeer> peers)
    : IPostConfigureOptions<TrustedAppClientOptions>
{
    public void PostConfigure(string? name, TrustedAppClientOptions options)
    {
        if (options.KeyFile is not null || options.KeySource is not null || !HasKeys(options))
        {
            (options.KeyFile, options.KeySource, options.Keys) = (null, null, null);
            options.KeyStore = FindOwnKeys();
        }

        if (TestPeer.Find(peers, options.BaseUrl) is null) return;
        options.ProviderFingerprints.Clear();
        options.ProviderCertificateFile = null;
        options.RefreshProviderCertificate = false;
    }

    private bool HasKeys(TrustedAppClientOptions options) =>
        options.Keys is not null
        || options.KeyStore is not null
        || host.Services.GetService<IServiceProviderIsService>()?.IsService(typeof(IKeyStore)) == true;

    // An application that is also a provider has one id.
    private IKeyStore FindOwnKeys() =>
        host.FindSchemes().FirstOrDefault() is { } scheme && host.Services.GetKeyedService<IKeyStore>(scheme) is { } own
            ? own
            : new ThrowAwayKeyStore(ThrowAwayKeys.Of(host.DefaultId, host.Time.GetUtcNow()));
}
