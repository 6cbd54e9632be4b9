using System.Security.Claims;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>What a front says of a user.</summary>
/// <param name="Name">The name, rewritten: 1 to 1,024 code points without control characters.</param>
/// <param name="Scheme">The scheme that believes the front.</param>
/// <param name="Attributes">The attributes, or their defaults.</param>
public sealed record TrustedProxyUser(string Name, string Scheme, IReadOnlyList<Claim> Attributes);
