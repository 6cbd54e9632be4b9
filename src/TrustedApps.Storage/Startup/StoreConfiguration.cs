using Microsoft.Extensions.Configuration;

namespace TrustedApps.Storage.Startup;

/// <summary>
/// Reads the options of the store from configuration. A name that is not a setting, and a value of the wrong type, is an
/// error: ignored, it would leave a default in force that the author did not mean.
/// </summary>
internal static class StoreConfiguration
{
    private static readonly string[] _settings =
    [
        nameof(TrustedAppsStoreOptions.Connection), nameof(TrustedAppsStoreOptions.MaxStaleness),
        nameof(TrustedAppsStoreOptions.KeyFolder), nameof(TrustedAppsStoreOptions.IsNewInstallation),
        nameof(TrustedAppsStoreOptions.ReplayTimeout),
    ];

    /// <exception cref="InvalidOperationException">A setting is unknown, or its value is of the wrong type; the message names it.</exception>
    public static void Read(IConfiguration configuration, TrustedAppsStoreOptions options)
    {
        foreach (IConfigurationSection setting in configuration.GetChildren())
        {
            switch (Array.Find(_settings, name => name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)))
            {
                case nameof(TrustedAppsStoreOptions.Connection):
                    options.Connection = ReadText(setting);
                    break;
                case nameof(TrustedAppsStoreOptions.MaxStaleness):
                    options.MaxStaleness = ReadTime(setting);
                    break;
                case nameof(TrustedAppsStoreOptions.KeyFolder):
                    options.KeyFolder = ReadText(setting);
                    break;
                case nameof(TrustedAppsStoreOptions.IsNewInstallation):
                    options.IsNewInstallation = ReadFlag(setting);
                    break;
                case nameof(TrustedAppsStoreOptions.ReplayTimeout):
                    options.ReplayTimeout = ReadTime(setting);
                    break;
                default:
                    throw new InvalidOperationException($"{setting.Path} is not a setting of the store. Remove it, or correct its name: the settings are {string.Join(", ", _settings)}.");
            }
        }
    }

    private static string ReadText(IConfigurationSection setting) => setting.Value is { } text && !setting.GetChildren().Any()
        ? text
        : throw new InvalidOperationException($"{setting.Path} must be a single value.");

    private static bool ReadFlag(IConfigurationSection setting) => bool.TryParse(ReadText(setting), out bool flag)
        ? flag
        : throw new InvalidOperationException($"{setting.Path} is '{setting.Value}', and must be true or false.");

    // Without colons a number would be days.
    private static TimeSpan ReadTime(IConfigurationSection setting)
    {
        string text = ReadText(setting);
        return text.AsSpan().Count(':') == 2 && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time)
            ? time
            : throw new InvalidOperationException($"{setting.Path} is '{text}', and must be hours, minutes and seconds, such as 00:00:02.");
    }
}
