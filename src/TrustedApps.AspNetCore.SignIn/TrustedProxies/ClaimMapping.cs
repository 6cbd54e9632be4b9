using System.Security.Claims;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>A header of a pre-authenticating front that becomes a claim of the user, unless the user resolver gave one of that type.</summary>
public sealed class ClaimMapping
{
    /// <summary>The header, such as <c>MELLON_mail</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The type of the claim, such as <see cref="ClaimTypes.Email"/>. The name of the user is no attribute.</summary>
    public string ClaimType { get; set; } = "";

    /// <summary>The claim's value when the header is absent or empty.</summary>
    /// <value>Default null: no claim then.</value>
    public string? Default { get; set; }

    /// <summary>What separates several values in the header, each of which becomes a claim, as with <c>MellonMergeEnvVars On ";"</c>.</summary>
    /// <value>Default null: the whole header is one value.</value>
    public char? Separator { get; set; }
}
