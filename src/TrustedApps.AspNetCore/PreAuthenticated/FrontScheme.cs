namespace TrustedApps.AspNetCore.PreAuthenticated;

/// <summary>The name under which a scheme was added.</summary>
internal sealed record FrontScheme(string Name);
