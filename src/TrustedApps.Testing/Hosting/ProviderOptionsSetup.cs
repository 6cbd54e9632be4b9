using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;

namespace TrustedApps.Testing.Hosting;

/// <summary>
/// Takes out of a provider's options what a test does not have: the key file, the certificates of other applications
/// and the file of the replay cache. Everything else stays.
/// </summary>
internal sealed class ProviderOptionsSetup(TestHost host) : IPostConfigureOptions<TrustedAppsOptions>
{
    public void PostConfigure(string? name, TrustedAppsOptions options)
    {
        options.Id ??= options.KeySource?.Id;
        (options.Keys, options.KeySource) = (null, null);
        (options.ReplayFile, options.IsNewInstallation) = ("", true);
        options.RefreshCertificates = false;
        options.TimeProvider = host.Mark(options.TimeProvider ?? host.Time);
        if (options.BaseUrls.Count == 0) options.BaseUrls.Add(TestScheme.FallbackUrl);

        // A trust of older versions has its key in the configuration.
        TrustedApplicationOptions[] removed =
            [.. options.Applications.Where(application => application.PublicKey is null)];
        foreach (TrustedApplicationOptions application in removed) options.Applications.Remove(application);
        host.SetConfigured(name ?? Options.DefaultName, removed);
    }
}
