using Microsoft.Extensions.Configuration;
using TrustedApps.Configuration;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Checks the section of a scheme before it is bound to <see cref="TrustedAppsOptions"/>.</summary>
internal static class SchemeConfiguration
{
    private static readonly ConfigurationCheck _check = ConfigurationCheck
        .Of<TrustedAppsOptions>()
        .With<TrustedApplicationOptions>()
        .With<LegacyAccessOptions>();

    /// <exception cref="InvalidOperationException">
    /// A setting does not mean what it seems to; the message names it and the remedy.
    /// </exception>
    public static void Require(IConfiguration configuration) => _check.Require(configuration);

    /// <summary>Returns the path of the section if it does not exist; null otherwise.</summary>
    public static string? FindMissing(IConfiguration configuration) =>
        configuration is IConfigurationSection section && !section.Exists() ? section.Path : null;
}
