using Microsoft.AspNetCore.Authentication;

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

    /// <summary>The key file of this application, as <c>trusted-apps keys new</c> makes it; needed to serve its certificate.</summary>
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
    /// Whether a refused request gets 401 at once, even where anonymous users are allowed. Otherwise it goes on as
    /// anonymous, as in the original, and the endpoint decides.
    /// </summary>
    public bool RefuseOutright { get; set; }

    /// <summary>
    /// Whether versions 1 and 2 are served although a base URL is plain http and not loopback. Whoever reads one
    /// request there can make others for any user.
    /// </summary>
    public bool AllowForgeableVersionsOverHttp { get; set; }
}
