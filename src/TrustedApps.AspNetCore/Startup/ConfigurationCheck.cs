using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Refuses configuration that binds to something wider than was meant: a misspelt name, a single value where a list is
/// expected (AllowUsers = "fred" would bind to no list, and so to everyone), an empty RefuseReplays (which binds to
/// false), a time-out of "1" (which is a day).
/// </summary>
internal static class ConfigurationCheck
{
    private static readonly string[] _lists =
    [
        nameof(TrustedAppsOptions.BaseUrls), nameof(TrustedApplicationOptions.Versions), nameof(TrustedApplicationOptions.Addresses),
        nameof(TrustedApplicationOptions.Urls), nameof(TrustedApplicationOptions.Methods), nameof(TrustedApplicationOptions.AllowUsers),
        nameof(TrustedApplicationOptions.DenyUsers), nameof(TrustedApplicationOptions.Fingerprints),
    ];

    private static readonly string[] _flags =
    [
        nameof(TrustedAppsOptions.RejectOutright), nameof(TrustedAppsOptions.AllowForgeableVersionsOverHttp),
        nameof(TrustedApplicationOptions.CheckForwardedFor), nameof(TrustedApplicationOptions.RefuseReplays),
        nameof(TrustedApplicationOptions.AllowWeakKeys), nameof(TrustedApplicationOptions.AllowSelf), nameof(TrustedApplicationOptions.AllowUnboundContent),
        nameof(TrustedAppsOptions.AllowHttp), nameof(TrustedAppsOptions.ConcealTrusts), nameof(TrustedAppsOptions.RefreshCertificates),
        nameof(TrustedAppsOptions.AllowPrivateAddresses),
    ];

    private static readonly string[] _times = [nameof(TrustedApplicationOptions.Timeout), nameof(TrustedApplicationOptions.FutureTolerance), nameof(TrustedAppsOptions.ClockSkew), nameof(TrustedAppsOptions.CertificateHold), nameof(TrustedAppsOptions.MaxGrantLifetime)];

    /// <exception cref="InvalidOperationException">A setting does not mean what it seems to; the message names it.</exception>
    public static void Require(IConfiguration configuration)
    {
        foreach (IConfigurationSection setting in configuration.GetChildren())
        {
            if (setting.Key.Equals(nameof(TrustedAppsOptions.Applications), StringComparison.OrdinalIgnoreCase)) RequireApplications(setting);
            else if (setting.Key.Equals(nameof(TrustedApplicationOptions.Legacy), StringComparison.OrdinalIgnoreCase)) RequireLegacy(setting);
            else if (IsAmong(_lists, setting)) RequireList(setting);
            else RequireValue(setting);
        }
    }

    private static bool IsAmong(string[] names, IConfigurationSection setting) => names.Contains(setting.Key, StringComparer.OrdinalIgnoreCase);

    private static void RequireApplications(IConfigurationSection setting)
    {
        if (!string.IsNullOrEmpty(setting.Value)) throw new InvalidOperationException($"{setting.Path} is to be a list, such as {setting.Path}:0:Id.");
        foreach (IConfigurationSection application in setting.GetChildren())
        {
            if (!application.GetChildren().Any()) throw new InvalidOperationException($"{application.Path} is to hold the settings of a trust, such as {application.Path}:Id.");
            Require(application);
        }
    }

    private static void RequireLegacy(IConfigurationSection setting)
    {
        if (!setting.GetChildren().Any()) throw new InvalidOperationException($"{setting.Path} is to hold the settings of older versions, such as {setting.Path}:Until.");
        Require(setting);
        IConfigurationSection until = setting.GetSection(nameof(LegacyAccessOptions.Until));
        if (until.Value is { } text && !DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)) throw new InvalidOperationException($"{until.Path} is to be a moment with its offset, such as 2027-03-31T00:00:00Z.");
    }

    private static void RequireList(IConfigurationSection setting)
    {
        bool isList = setting.GetChildren().Any() && setting.GetChildren().All(item => !string.IsNullOrEmpty(item.Value) && !item.GetChildren().Any());
        if (!isList) throw new InvalidOperationException($"{setting.Path} is to be a list with at least one entry, such as {setting.Path}:0; leave it out for the default.");
    }

    private static void RequireValue(IConfigurationSection setting)
    {
        if (setting.GetChildren().Any()) throw new InvalidOperationException($"{setting.Path} is to be a single value.");
        if (IsAmong(_flags, setting) && !bool.TryParse(setting.Value, out _)) throw new InvalidOperationException($"{setting.Path} is to be true or false.");
        if (IsAmong(_times, setting)) RequireTime(setting);
    }

    private static void RequireTime(IConfigurationSection setting)
    {
        if (setting.Value.AsSpan().Count(':') != 2) throw new InvalidOperationException($"{setting.Path} is to be hours, minutes and seconds, such as 00:01:00; a bare number would be days.");
    }
}
