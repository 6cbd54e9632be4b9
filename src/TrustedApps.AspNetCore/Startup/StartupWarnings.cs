using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Warns at start-up about settings that work, and weaken security or refuse consumers.</summary>
internal sealed class StartupWarnings(ILogger<TrustedAppsStartup> logger)
{
    // Grants live 10 minutes; consumers that demand proofs date them back by 5 (specification version-4.md, section 5).
    private static readonly TimeSpan _datedBackGrant = TimeSpan.FromMinutes(15);

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
        if (settings.MaxGrantLifetime < _datedBackGrant) logger.GrantLifetimeIsShort(scheme, settings.MaxGrantLifetime);
        KeySourceOptions? source = settings.KeySource;
        string?[] files =
        [
            settings.Keys, source?.SigningKey?.Path, source?.EncryptionKey?.Path,
            source?.OtherSigningKey?.Path, source?.OtherEncryptionKey?.Path,
        ];
        foreach (string path in files.OfType<string>().Where(path => path.Length > 0 && IsReadableByOthers(path)))
        {
            logger.KeyFileIsReadable(scheme, path);
        }
    }

    private static bool IsReadableByOthers(string path) => !OperatingSystem.IsWindows()
        && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None;
}
