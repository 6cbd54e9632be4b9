using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// What a component in front says of users whom it has authenticated, and which addresses may say so (specification
/// companions.md, section 2). All are validated at start-up.
/// </summary>
public sealed class TrustedProxyOptions : AuthenticationSchemeOptions
{
    /// <summary>The header with the user's name, such as <c>X-User</c>. Either this or <see cref="Cookie"/>. The front must unset it before it sets it.</summary>
    public string? Header { get; set; }

    /// <summary>
    /// The cookie with the user's name, percent-encoded. A header is safer: where the front writes a semicolon of a name as
    /// it is, whoever is called <c>admin;x</c> there is <c>admin</c> here.
    /// </summary>
    public string? Cookie { get; set; }

    /// <summary>
    /// Where the front connects from: address patterns (specification legacy.md, section 4), at least one, and none that
    /// covers every address. Compared with the address of the connection itself, whatever forwarded headers say.
    /// </summary>
    public IList<string> Addresses { get; } = [];

    /// <summary>Whether names in <see cref="Header"/> may hold a comma, as distinguished names do. Two headers that somebody on the way made into one hold one, too.</summary>
    /// <value>Default false: such a request is refused.</value>
    public bool AllowCommas { get; set; }

    /// <summary>Headers with more about the user.</summary>
    public IList<ClaimMapping> Attributes { get; } = [];

    /// <summary>How the name that the front sends becomes a user name; applied in their order.</summary>
    public IList<UserNameTransform> Rewrites { get; } = [];
}
