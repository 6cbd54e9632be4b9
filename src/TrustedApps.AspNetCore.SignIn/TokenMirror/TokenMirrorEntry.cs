namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>Paths that the token mirror serves, and the users and applications that it serves them to.</summary>
public sealed class TokenMirrorEntry
{
    /// <summary>
    /// A URL pattern, as in trusts, of the whole path on the mirror, such as
    /// <c>/rest/token-auth/api/content/*/child/attachment</c>.
    /// </summary>
    /// <value>
    /// Below <see cref="TokenMirrorOptions.Prefix"/>. <c>*</c> is one segment, <c>**</c> any number of segments;
    /// without either, the pattern covers the path itself and all paths below it. Case counts; the path base is left
    /// out.
    /// </value>
    public string Path { get; set; } = "";

    /// <summary>Request methods, case-sensitive.</summary>
    /// <value>Default GET and HEAD.</value>
    public IList<string> Methods { get; } = [];

    /// <summary>The schemes that are called for these paths.</summary>
    /// <value>Among <see cref="TokenMirrorOptions.Schemes"/>; default all of them.</value>
    public IList<string> Schemes { get; } = [];

    /// <summary>
    /// The users that may request these paths: the resolver's name of the user in trusted requests, and in others the
    /// claim <c>sub</c>, or else the name identifier. Case counts.
    /// </summary>
    /// <value>Default: all users, and requests on behalf of no user.</value>
    public IList<string> Subjects { get; } = [];

    /// <summary>
    /// The applications that may request these paths: their id in trusted requests, and in others the claim
    /// <c>client_id</c>, or else <c>azp</c>, or else <c>iss</c>. Case counts.
    /// </summary>
    /// <value>Default: all applications, and requests that name none.</value>
    public IList<string> Applications { get; } = [];
}
