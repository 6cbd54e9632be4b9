using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Makes the paths of files absolute: they are relative to the content root, as appsettings.json is, and not to the
/// current directory, which services and test hosts set otherwise.
/// </summary>
internal sealed class ContentRootPaths(IServiceProvider services) : IPostConfigureOptions<TrustedAppsOptions>
{
    public void PostConfigure(string? name, TrustedAppsOptions options)
    {
        // without a host nothing is started
        if (services.GetService<IHostEnvironment>()?.ContentRootPath is not { Length: > 0 } root) return;

        options.Keys = ToAbsolute(options.Keys, root);
        options.KeySource?.MakePathsAbsolute(root);
        options.ReplayFile = ToAbsolute(options.ReplayFile, root);
        foreach (TrustedApplicationOptions application in options.Applications)
        {
            application.CertificateFile = ToAbsolute(application.CertificateFile, root);
        }
    }

    private static string? ToAbsolute(string? path, string root) =>
        string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path, root);
}
