namespace TrustedApps.AspNetCore.Startup;

/// <summary>The name under which a scheme was added.</summary>
internal sealed record TrustedAppsScheme(string Name);
