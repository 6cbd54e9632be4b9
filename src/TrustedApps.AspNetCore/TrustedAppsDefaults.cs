using TrustedApps.Hosting;

namespace TrustedApps.AspNetCore;

/// <summary>Default values of the authentication scheme.</summary>
public static class TrustedAppsDefaults
{
    /// <summary>The default name of the scheme.</summary>
    public const string AuthenticationScheme = ProviderSettings.DefaultScheme;

    /// <summary>The configuration section that samples and documentation use.</summary>
    public const string ConfigurationSection = "TrustedApps";
}
