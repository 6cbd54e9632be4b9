using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>The options of a chain: what its builder made.</summary>
internal sealed class ChainOptions : AuthenticationSchemeOptions
{
    public ChainDefinition Definition { get; set; } = null!;
}
