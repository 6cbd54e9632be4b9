namespace TrustedApps.AspNetCore.Startup;

/// <summary>The name of a scheme that was added.</summary>
internal sealed record TrustedAppsScheme(string Name);
