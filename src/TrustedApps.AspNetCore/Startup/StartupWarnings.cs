using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Warns at start-up about settings that work and weaken security.</summary>
internal sealed class StartupWarnings(ILogger<TrustedAppsStartup> logger)
{
    public void WarnOf(string scheme, TrustedApplication trust, bool isEveryone, DateTimeOffset now)
    {
        if (isEveryone && TrustedAppsProvider.DeniesUsers(trust)) logger.DeniesWithoutResolver(scheme, trust.Id);
        if (trust.Legacy is not { } legacy) return;
        if (legacy.Until < now) logger.LegacyHasEnded(scheme, trust.Id, LogTime.Of(legacy.Until));
        if (legacy.Conditions.Versions?.Any(version => version.IsForgeable) == true)
        {
            logger.AcceptsForgeableVersion(scheme, trust.Id);
        }

        if (legacy.PublicKey.Weakness is { } weakness) logger.AcceptsWeakKey(scheme, trust.Id, weakness);
    }

    public void WarnOfSettings(string scheme, TrustedAppsOptions settings)
    {
        if (settings.AllowForgeableVersionsOverHttp) logger.AllowsForgeableOverHttp(scheme);
        if (settings.Keys is not null && IsReadableByOthers(settings.Keys))
        {
            logger.KeyFileIsReadable(scheme, settings.Keys);
        }
    }

    private static bool IsReadableByOthers(string path) => !OperatingSystem.IsWindows()
        && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None;
}
