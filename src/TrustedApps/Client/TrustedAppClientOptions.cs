using TrustedApps.Keys;
using TrustedApps.Protocols;

namespace TrustedApps.Client;

/// <summary>How a consumer makes trusted requests to one provider. Validated when the client is made, and at start-up where there is a host.</summary>
public sealed class TrustedAppClientOptions
{
    /// <summary>The provider's base URL. Headers go only to URLs below it.</summary>
    /// <value>Required; in normal form, such as <c>https://tracker.example/app</c>.</value>
    public string? BaseUrl { get; set; }

    /// <summary>The consumer's own id and keys, which stay the same; or give a <see cref="KeyFile"/> or a <see cref="KeyStore"/>.</summary>
    public ApplicationKeys? Keys { get; set; }

    /// <summary>A key file, as <c>trusted-apps keys new</c> makes it. A file that replaces it is used within seconds; see <see cref="KeyFileStore"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// Where the consumer's own keys are, such as the store of the scheme in an application that is a provider as well.
    /// Loaded at the first request, unless it is. Requests that are under way when the keys change end with those before.
    /// </summary>
    /// <value>Default null: where <see cref="Keys"/> and <see cref="KeyFile"/> are null, too, the <see cref="IKeyStore"/> among the services.</value>
    public IKeyStore? KeyStore { get; set; }

    /// <summary>The version spoken: <c>4</c>, <c>3</c>, <c>2</c>, <c>1</c> or <c>warwick</c>. No response and no certificate changes it.</summary>
    /// <value>Default <c>4</c>. The others need the package TrustedApps.Legacy and <c>AddLegacyVersions()</c> on the services.</value>
    public string Version { get; set; } = ProtocolVersion.Version4.Name;

    /// <summary>
    /// Version 4: the provider's certificate in a file, as <c>trusted-apps certificate show</c> writes it. It is pinned:
    /// session keys are made for its owner. Or give <see cref="ProviderFingerprints"/>; or neither, where an
    /// <see cref="IProviderStore"/> is registered.
    /// </summary>
    public string? ProviderCertificateFile { get; set; }

    /// <summary>
    /// Version 4: the fingerprints of the provider's signing keys that somebody compared, plain or in groups of four. Its
    /// certificate is then fetched from the base URL at the first request, and pinned if it has all of these keys.
    /// </summary>
    public IList<string> ProviderFingerprints { get; } = [];

    /// <summary>
    /// Version 4: whether the provider's certificate is fetched again every 24 hours, so that it can rotate its keys. A
    /// newer one counts only if a key on record signed it.
    /// </summary>
    /// <value>Default true.</value>
    public bool RefreshProviderCertificate { get; set; } = true;

    /// <summary>Version 4: how much content is held in memory to bind it to the assertion.</summary>
    /// <value>Default 1 MiB, as much as providers check by default; zero to 1 GiB, in bytes. A request with more is not sent, unless <see cref="AllowUnboundContent"/> is set.</value>
    public int MaxBufferedContent { get; set; } = 1 << 20;

    /// <summary>Version 4: whether content that is longer than <see cref="MaxBufferedContent"/>, or of unknown length, is sent unbound. The provider has to allow it.</summary>
    public bool AllowUnboundContent { get; set; }

    /// <summary>Version 4: whether the provider may be reached by plain http on another host than this one.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>
    /// Version 4: by how much the clock for assertions is corrected at most, from the Date header of a refusal for time
    /// that came over https or from this host. The clock of the machine is not touched.
    /// </summary>
    /// <value>Default 10 minutes; zero, which turns it off, to 1 hour.</value>
    public TimeSpan MaxClockCorrection { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Asked at send time for the user of a request that names none itself
    /// (<see cref="TrustedAppRequestExtensions.OnBehalfOf"/>). It must look the user up at that moment: handlers outlive
    /// requests, so a captured user would be somebody else's.
    /// </summary>
    public Func<string?>? CurrentUser { get; set; }

    /// <summary>Whether a response that says ERROR is raised as <see cref="TrustedAppException"/>.</summary>
    public bool ThrowOnRejection { get; set; }

    /// <summary>How many redirects below the base URL are followed, each with a new assertion.</summary>
    /// <value>Default 5; 0 to 20.</value>
    public int MaxRedirects { get; set; } = 5;

    /// <summary>
    /// How long to wait at most, where the provider asks for it by Retry-After, before a request that was refused as
    /// replayed, untimely, for its grant or for want of a store is issued once more. Only idempotent requests are.
    /// </summary>
    /// <value>Default 5 seconds; zero to 60 seconds. Where the provider asks for more, the refusal is the result.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether to stamp 15 minutes ahead, for providers that expect it of the newest Atlassian clients.</summary>
    public bool PostDate { get; set; }

    /// <summary>Whether versions 1 and 2 are spoken to a base URL that is plain http and not loopback. Whoever reads one request there can make others for any user.</summary>
    public bool AllowForgeableVersionsOverHttp { get; set; }

    /// <summary>The protocol of <see cref="Version"/>, where that is an older version and the services register it.</summary>
    internal LegacyProtocol? LegacyProtocol { get; set; }
}
