namespace TrustedApps;

/// <summary>How a consumer makes trusted requests to one provider. Validated when the client is made, and at start-up where there is a host.</summary>
public sealed class TrustedAppClientOptions
{
    /// <summary>The provider's base URL. Headers go only to URLs below it.</summary>
    /// <value>Required; in normal form, such as <c>https://tracker.example/app</c>.</value>
    public string? BaseUrl { get; set; }

    /// <summary>The consumer's own id and key; or name a <see cref="KeyFile"/>.</summary>
    public ApplicationKeys? Keys { get; set; }

    /// <summary>A key file, as <c>trusted-apps keys new</c> makes it; read once.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The version spoken: <c>1</c>, <c>2</c>, <c>3</c> or <c>warwick</c>. No response changes it.</summary>
    /// <value>Default <c>3</c>.</value>
    public string Version { get; set; } = ProtocolVersion.Atlassian3.Name;

    /// <summary>
    /// Asked at send time for the user of a request that names none itself
    /// (<see cref="TrustedAppRequestExtensions.OnBehalfOf"/>). It must look the user up at that moment: handlers outlive
    /// requests, so a captured user would be somebody else's.
    /// </summary>
    public Func<string?>? CurrentUser { get; set; }

    /// <summary>Whether a response that says ERROR is raised as <see cref="TrustedAppException"/>.</summary>
    public bool ThrowOnRefusal { get; set; }

    /// <summary>How many redirects below the base URL are followed, each with a new assertion.</summary>
    /// <value>Default 5; 0 to 20.</value>
    public int MaxRedirects { get; set; } = 5;

    /// <summary>
    /// How long to wait at most, where the provider asks for it by Retry-After, before a request that was refused as
    /// replayed, untimely or for want of a store is issued once more. Only idempotent requests are.
    /// </summary>
    /// <value>Default 5 seconds; zero to 60 seconds. Where the provider asks for more, the refusal is the result.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether to stamp 15 minutes ahead, for providers that expect it of the newest Atlassian clients.</summary>
    public bool StampAhead { get; set; }

    /// <summary>Whether versions 1 and 2 are spoken to a base URL that is plain http and not loopback. Whoever reads one request there can make others for any user.</summary>
    public bool AllowForgeableVersionsOverHttp { get; set; }
}
