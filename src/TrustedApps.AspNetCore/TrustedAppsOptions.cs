using Microsoft.AspNetCore.Authentication;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore;

/// <summary>
/// A provider: its own application and whom it trusts. Every property can be bound from configuration, which the
/// overloads of AddTrustedApps that take a section do, refusing what would bind to something wider than it says; all are
/// validated at start-up.
/// </summary>
public sealed class TrustedAppsOptions : AuthenticationSchemeOptions
{
    /// <summary>This application's own id; needed to serve its certificate.</summary>
    public string? Id { get; set; }

    /// <summary>The name of this application, as administrators of others see it in its certificate of version 4.</summary>
    /// <value>Default null: the id. Else 1 to 255 characters without control and bidirectional-formatting characters.</value>
    public string? Name { get; set; }

    /// <summary>
    /// The key file of this application, as <c>trusted-apps keys new</c> makes it; needed for version 4, and to
    /// serve its certificate, unless an <see cref="IKeyStore"/> is registered under the scheme's name. A file that
    /// replaces it is used within seconds; see <see cref="KeyFileStore"/>.
    /// </summary>
    public string? Keys { get; set; }

    /// <summary>
    /// The public base URLs of this application, as its clients see them: scheme, authority and path in normal form. A
    /// request must have come for one of them, byte for byte.
    /// </summary>
    /// <value>At least one, such as <c>https://tracker.example/app</c>.</value>
    public IList<string> BaseUrls { get; } = [];

    /// <summary>A path that a reverse proxy strips from the front of each URL without saying so by X-Forwarded-Prefix.</summary>
    /// <value>Default empty; else begins with a slash and does not end with one, percent-encoded as in the base URL.</value>
    public string PathPrefix { get; set; } = "";

    /// <summary>The applications that are trusted.</summary>
    public IList<TrustedApplicationOptions> Applications { get; } = [];

    /// <summary>
    /// Whether a refused request of an older version gets 401 at once, even where anonymous users are allowed. Otherwise
    /// it goes on as anonymous, as in the original, and the endpoint decides. Version 4 is always refused at once.
    /// </summary>
    public bool RejectOutright { get; set; }

    /// <summary>
    /// Whether versions 1 and 2 are served although a base URL is plain http and not loopback. Whoever reads one
    /// request there can make others for any user.
    /// </summary>
    public bool AllowForgeableVersionsOverHttp { get; set; }

    /// <summary>Whether version 4 is served although a base URL is plain http and not loopback.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>How far the clocks of consumer and provider may differ under version 4.</summary>
    /// <value>Default 30 seconds; zero to 60 seconds, in whole seconds.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a grant of version 4 may live.</summary>
    /// <value>Default 1 hour; 1 minute to 1 hour.</value>
    public TimeSpan MaxGrantLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How much content version 4 holds in memory to check it before the application sees it.</summary>
    /// <value>Default 1 MiB; zero to 1 GiB, in bytes.</value>
    public int MaxBufferedContent { get; set; } = 1 << 20;

    /// <summary>Whether unknown applications, and versions and addresses that a trust does not allow, are all answered with BAD_GRANT. The log says what it was.</summary>
    public bool ConcealTrusts { get; set; }

    /// <summary>Whether certificates of version 4 are fetched again every 24 hours, and when a grant names an unknown key.</summary>
    /// <value>Default true.</value>
    public bool RefreshCertificates { get; set; } = true;

    /// <summary>How long a new certificate waits that drops a signing key on record.</summary>
    /// <value>Default 24 hours; zero to 30 days.</value>
    public TimeSpan CertificateHold { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Whether certificates may be fetched from private and loopback addresses.</summary>
    /// <value>Default true: both applications often live in one network.</value>
    public bool AllowPrivateAddresses { get; set; } = true;
}
