using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>The options of a chain: the definition that its builder made.</summary>
internal sealed class ChainOptions : AuthenticationSchemeOptions
{
    public ChainDefinition Definition { get; set; } = null!;
}
