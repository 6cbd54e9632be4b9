namespace TrustedApps;

/// <summary>What a provider is configured with.</summary>
public sealed record AssertionVerifierOptions
{
    /// <summary>
    /// The public base URLs of this provider, as its clients see them. A request must have come for one of them, byte
    /// for byte, before its signature is looked at: otherwise another provider could relay what it was sent.
    /// </summary>
    /// <value>At least one.</value>
    public IReadOnlyList<BaseUrl> BaseUrls { get; init; } = [];

    /// <summary>
    /// Turns the check of the base URL off. For examining captured requests, as <c>trusted-apps verify</c> does; never
    /// for serving them.
    /// </summary>
    public bool AcceptAnyBaseUrl { get; init; }

    /// <summary>
    /// Whether versions 1 and 2 are served although a base URL is plain http and not loopback: whoever reads one
    /// request there can make others for any user.
    /// </summary>
    public bool AllowForgeableVersionsOverHttp { get; init; }
}
