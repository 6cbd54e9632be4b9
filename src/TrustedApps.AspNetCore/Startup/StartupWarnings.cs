using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Warns at start-up about settings that work and weaken security.</summary>
internal sealed class StartupWarnings(IServiceProvider services, ILogger<TrustedAppsStartup> logger)
{
    public void WarnOf(string scheme, TrustedApplication trust)
    {
        if (trust.Legacy is not { } legacy) return;
        if (legacy.Conditions.Versions?.Any(version => version.IsForgeable) == true)
        {
            logger.AcceptsForgeableVersion(scheme, trust.Id);
        }

        if (legacy.PublicKey.Weakness is { } weakness) logger.AcceptsWeakKey(scheme, trust.Id, weakness);
    }

    public void WarnOfSettings(string scheme, TrustedAppsOptions settings)
    {
        if (!HasUserResolver(scheme)) logger.HasNoUserResolver(scheme);
        if (settings.AllowForgeableVersionsOverHttp) logger.AllowsForgeableOverHttp(scheme);
        if (settings.Keys is not null && IsReadableByOthers(settings.Keys))
        {
            logger.KeyFileIsReadable(scheme, settings.Keys);
        }
    }

    private bool HasUserResolver(string scheme) =>
        services.GetService<IServiceProviderIsKeyedService>() is not { } known
        || known.IsService(typeof(IUserResolver))
        || known.IsKeyedService(typeof(IUserResolver), scheme);

    private static bool IsReadableByOthers(string path) => !OperatingSystem.IsWindows()
        && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None;
}
