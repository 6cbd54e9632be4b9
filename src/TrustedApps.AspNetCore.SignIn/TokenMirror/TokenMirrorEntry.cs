namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>Paths of the token mirror that are let through, and for whom.</summary>
public sealed class TokenMirrorEntry
{
    /// <summary>A URL pattern, as in trusts, of the whole path on the mirror, such as <c>/rest/token-auth/api/content/*/child/attachment</c>.</summary>
    /// <value>
    /// Below <see cref="TokenMirrorOptions.Prefix"/>. <c>*</c> is one segment, <c>**</c> any number of them; without
    /// either it is the path itself and everything below. Case counts, the application's path base is left out.
    /// </value>
    public string Path { get; set; } = "";

    /// <summary>Request methods, case-sensitive.</summary>
    /// <value>Default GET and HEAD.</value>
    public IList<string> Methods { get; } = [];

    /// <summary>The schemes that are asked for these paths.</summary>
    /// <value>Among <see cref="TokenMirrorOptions.Schemes"/>; default all of them.</value>
    public IList<string> Schemes { get; } = [];

    /// <summary>
    /// The users on whose behalf these paths may be asked for: in trusted requests the resolver's name for the user, in
    /// others the claim <c>sub</c>, or else the name identifier. Case counts.
    /// </summary>
    /// <value>Default all, and requests on behalf of no user.</value>
    public IList<string> Subjects { get; } = [];

    /// <summary>The applications that may ask: in trusted requests their id, in others the claim <c>client_id</c>, or else <c>azp</c>. Case counts.</summary>
    /// <value>Default all, and requests that name none.</value>
    public IList<string> Applications { get; } = [];
}
