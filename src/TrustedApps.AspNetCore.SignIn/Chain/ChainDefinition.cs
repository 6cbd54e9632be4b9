namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>A chain as the application has built it.</summary>
internal sealed record ChainDefinition(
    string Name,
    IReadOnlyList<ChainLink> Links,
    string? ChallengeScheme,
    string? ForbidScheme
)
{
    /// <summary>Every scheme that the chain may call.</summary>
    public IEnumerable<string> Schemes =>
        Links.Select(link => link.Scheme).Concat(new[] { ChallengeScheme, ForbidScheme }.OfType<string>());
}
