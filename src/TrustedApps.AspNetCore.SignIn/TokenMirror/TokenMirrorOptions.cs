namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>A second door to an API, open only to requests that prove themselves with a token. See UseTokenMirror.</summary>
/// <remarks>Everything is checked when the application starts: the message says what to mend.</remarks>
public sealed class TokenMirrorOptions
{
    /// <summary>The path below which the mirror is: the one that a single sign-on proxy lets through.</summary>
    /// <value>
    /// Default <c>/rest/token-auth/api</c>. Begins with a slash and does not end with one; letters, digits and
    /// <c>- . _ ~</c> of ASCII. No path of the application may contain it but those of the mirror: they are refused.
    /// </value>
    public string Prefix { get; set; } = "/rest/token-auth/api";

    /// <summary>The path whose endpoints serve the mirror: what comes after <see cref="Prefix"/> is put behind it.</summary>
    /// <value>Default <c>/rest/api</c>. Written as <see cref="Prefix"/> is; neither may be inside the other.</value>
    public string Target { get; set; } = "/rest/api";

    /// <summary>The authentication schemes that are asked here, in this order. No other is, and no cookie reaches them.</summary>
    /// <value>
    /// At least one. Schemes of tokens, such as that of trusted applications or JWT bearer; not cookies, passwords,
    /// remote logins, headers of a front, nor schemes that only ask others.
    /// </value>
    public IList<string> Schemes { get; } = [];

    /// <summary>What is let through. Everything else on the mirror is refused.</summary>
    /// <value>Default none. Of several entries that match a request, one that lets it through is enough.</value>
    public IList<TokenMirrorEntry> Entries { get; } = [];

    /// <summary>The HTTP status of a refusal. A request whose token is missing or bad is challenged by its scheme instead.</summary>
    /// <value>Default 404, so that the mirror does not tell what there is; or 403.</value>
    public int RejectionStatus { get; set; } = 404;
}
