using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// The headers of a trusted proxy that authenticates users, and its addresses (specification companions.md, section 2).
/// Validated at start-up, and when they change in the configuration: the change takes effect while the host runs.
/// </summary>
public sealed class TrustedProxyOptions : AuthenticationSchemeOptions
{
    /// <summary>What to do about the section of the scheme, if it does not exist; null if it does.</summary>
    internal string? MissingSection { get; set; }

    /// <summary>
    /// The header with the user's name, such as <c>X-User</c>. Set either this or <see cref="Cookie"/>. The proxy must
    /// unset it before it sets it.
    /// </summary>
    public string? Header { get; set; }

    /// <summary>
    /// The cookie with the user's name, percent-encoded. A header is safer: if the proxy writes a semicolon of a name
    /// unencoded, the user <c>admin;x</c> of the proxy is <c>admin</c> here.
    /// </summary>
    public string? Cookie { get; set; }

    /// <summary>
    /// The addresses from which the proxy connects: address patterns (specification legacy.md, section 4), at least
    /// one, none of which covers every address. Compared with the address of the connection, not with forwarded
    /// headers.
    /// </summary>
    public IList<string> Addresses { get; } = [];

    /// <summary>
    /// Whether names in <see cref="Header"/> may hold a comma, as distinguished names do. An intermediary may join two
    /// headers by a comma.
    /// </summary>
    /// <value>Default false: such a request is rejected.</value>
    public bool AllowCommas { get; set; }

    /// <summary>The headers with further attributes of the user.</summary>
    public IList<ClaimMapping> Attributes { get; } = [];

    /// <summary>
    /// The steps from the name that the proxy sends to the user name, in the order in which they are applied.
    /// </summary>
    public IList<UserNameTransform> Rewrites { get; } = [];
}
