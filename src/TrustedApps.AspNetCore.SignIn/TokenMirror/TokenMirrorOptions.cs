using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>
/// Options of a second path to an API that is open only to requests with a token. See UseTokenMirror.
/// </summary>
/// <remarks>Validated at start-up.</remarks>
public sealed class TokenMirrorOptions
{
    /// <summary>The path of the mirror, which a single sign-on proxy lets pass.</summary>
    /// <value>
    /// Default <c>/rest/token-auth/api</c>. Begins with a slash and does not end with one; ASCII letters, digits and
    /// <c>- . _ ~</c>. Other paths of the application that contain it are rejected.
    /// </value>
    public string Prefix { get; set; } = "/rest/token-auth/api";

    /// <summary>
    /// The path whose endpoints serve the mirror. It replaces <see cref="Prefix"/> in the path of a request.
    /// </summary>
    /// <value>
    /// Default <c>/rest/api</c>. The rules of <see cref="Prefix"/> apply; neither may be inside the other.
    /// </value>
    public string Target { get; set; } = "/rest/api";

    /// <summary>
    /// The authentication schemes of the mirror, in the order in which they are called. No cookie reaches them.
    /// </summary>
    /// <value>
    /// At least one. Each must be a scheme of tokens: that of trusted applications, JWT bearer, a scheme whose handler
    /// implements <see cref="ITokenScheme"/>, or one of <see cref="TokenHandlers"/>.
    /// </value>
    public IList<string> Schemes { get; } = [];

    /// <summary>
    /// Handlers of other packages whose schemes authenticate by a token that the sender puts into the request, such as
    /// an API key in a header. Do not list a handler that accepts a password or the header of a proxy.
    /// </summary>
    /// <value>
    /// Default none. A handler of cookies, of remote login or of forwarding is rejected even if it is listed.
    /// </value>
    public IList<Type> TokenHandlers { get; } = [];

    /// <summary>The paths that are served. Every other request to the mirror is rejected.</summary>
    /// <value>Default none. If several entries match a request, one that allows it suffices.</value>
    public IList<TokenMirrorEntry> Entries { get; } = [];

    /// <summary>
    /// The HTTP status of a rejection. If the token is missing or invalid, its scheme answers with a challenge.
    /// </summary>
    /// <value>Default 404, so that the mirror does not reveal which paths exist; or 403.</value>
    public int RejectionStatus { get; set; } = 404;
}
