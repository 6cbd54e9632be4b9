using Microsoft.Extensions.Logging;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Warns at start-up about settings that work and weaken security.</summary>
internal sealed class StartupWarnings(UserResolverRegistration users, ILogger<TrustedAppsStartup> logger)
{
    public void WarnOf(string scheme, TrustedApplication trust, DateTimeOffset now)
    {
        if (users.IsEveryone(scheme) && DeniesUsers(trust)) logger.DeniesWithoutResolver(scheme, trust.Id);
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

    private static bool DeniesUsers(TrustedApplication trust) =>
        trust.Conditions.DenyUsers.Count > 0 || trust.Legacy?.Conditions.DenyUsers.Count > 0;

    private static bool IsReadableByOthers(string path) => !OperatingSystem.IsWindows()
        && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None;
}
