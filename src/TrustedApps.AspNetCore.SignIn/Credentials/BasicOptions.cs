using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Options of HTTP Basic authentication (RFC 7617). Validated at start-up.</summary>
public sealed class BasicOptions : AuthenticationSchemeOptions
{
    /// <summary>The realm of the passwords, which browsers may show.</summary>
    /// <value>
    /// Default <c>TrustedApps</c>; 1 to 255 printable ASCII characters, no quotation mark and no backslash.
    /// </value>
    public string Realm { get; set; } = "TrustedApps";

    /// <summary>
    /// Whether passwords are accepted over plain http from other hosts as well. Every host between client and server
    /// can read them.
    /// </summary>
    /// <value>
    /// Default false: only over https, and over http where both ends of the connection are loopback addresses.
    /// </value>
    public bool AllowHttp { get; set; }
}
