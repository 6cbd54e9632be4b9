using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>HTTP Basic authentication (RFC 7617). Validated at start-up.</summary>
public sealed class BasicOptions : AuthenticationSchemeOptions
{
    /// <summary>What the passwords are for, as browsers may show it.</summary>
    /// <value>Default <c>TrustedApps</c>; 1 to 255 printable ASCII characters, no quotation mark and no backslash.</value>
    public string Realm { get; set; } = "TrustedApps";

    /// <summary>Whether passwords are taken over plain http from other hosts too. Whoever is on the way reads them.</summary>
    /// <value>Default false: only over https, and over http where both ends of the connection are loopback addresses.</value>
    public bool AllowHttp { get; set; }
}
