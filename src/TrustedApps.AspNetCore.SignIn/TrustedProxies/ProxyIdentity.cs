namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>What a request holds of what a front sends.</summary>
/// <param name="Name">The name of the user as the front sent it; null when it sent none, or something was refused.</param>
/// <param name="Attributes">The attributes' headers in the order of the options; null for one that is absent.</param>
/// <param name="Code">Why it was refused: one of <see cref="RejectionCodes"/>; null when it was not.</param>
internal sealed record ProxyIdentity(string? Name, string?[] Attributes, string? Code)
{
    public static ProxyIdentity Nothing { get; } = new(null, [], null);

    public static ProxyIdentity Rejected(string code) => new(null, [], code);
}
