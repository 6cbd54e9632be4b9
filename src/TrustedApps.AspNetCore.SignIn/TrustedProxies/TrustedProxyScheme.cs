namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>The name under which a scheme was added.</summary>
internal sealed record TrustedProxyScheme(string Name);
