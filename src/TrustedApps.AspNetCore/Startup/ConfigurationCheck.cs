using Microsoft.Extensions.Configuration;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Refuses configuration that binds to something wider than was meant: a misspelt name, a single value where a list is
/// expected (AllowUsers = "fred" would bind to no list, and so to everyone), a time-out of "1" (which is a day).
/// </summary>
internal static class ConfigurationCheck
{
    private static readonly string[] _lists =
    [
        nameof(TrustedAppsOptions.BaseUrls), nameof(TrustedApplicationOptions.Versions), nameof(TrustedApplicationOptions.Addresses),
        nameof(TrustedApplicationOptions.Urls), nameof(TrustedApplicationOptions.Methods), nameof(TrustedApplicationOptions.AllowUsers),
        nameof(TrustedApplicationOptions.DenyUsers),
    ];

    private static readonly string[] _times = [nameof(TrustedApplicationOptions.Timeout), nameof(TrustedApplicationOptions.AllowanceAhead)];

    /// <exception cref="InvalidOperationException">A setting does not mean what it seems to; the message names it.</exception>
    public static void Require(IConfiguration configuration)
    {
        foreach (IConfigurationSection setting in configuration.GetChildren())
        {
            if (_lists.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)) RequireList(setting);
            if (_times.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)) RequireTime(setting);
            if (setting.Key.Equals(nameof(TrustedAppsOptions.Applications), StringComparison.OrdinalIgnoreCase))
            {
                foreach (IConfigurationSection application in setting.GetChildren()) Require(application);
            }
        }
    }

    private static void RequireList(IConfigurationSection setting)
    {
        bool isList = setting.GetChildren().Any() && setting.GetChildren().All(item => !string.IsNullOrEmpty(item.Value));
        if (!isList) throw new InvalidOperationException($"{setting.Path} is to be a list with at least one entry, such as {setting.Path}:0; leave it out for the default.");
    }

    private static void RequireTime(IConfigurationSection setting)
    {
        if (setting.Value?.Contains(':', StringComparison.Ordinal) != true) throw new InvalidOperationException($"{setting.Path} is to be hours, minutes and seconds, such as 00:01:00; a bare number would be days.");
    }
}
