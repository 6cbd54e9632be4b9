using TrustedApps.AspNetCore;

namespace TrustedApps.Admin;

/// <summary>The place of the administrator's pages, and the policy before them. Validated at start-up.</summary>
public sealed class TrustedAppsAdminOptions
{
    /// <summary>The name of the authorization policy that every page requires.</summary>
    /// <value>
    /// Required: a policy that the host has added with AddAuthorization, and that only administrators meet.
    /// </value>
    public string? Policy { get; set; }

    /// <summary>The path below which the pages are, after the host's path base.</summary>
    /// <value>
    /// Default <c>/trusted-apps</c>; begins with a slash, does not end with one: segments of letters, digits, '-', '_'
    /// and '.'.
    /// </value>
    public string Path { get; set; } = "/trusted-apps";

    /// <summary>The trusted-application scheme whose own application, keys and fetching rules the pages use.</summary>
    /// <value>Default <see cref="TrustedAppsDefaults.AuthenticationScheme"/>.</value>
    public string AuthenticationScheme { get; set; } = TrustedAppsDefaults.AuthenticationScheme;
}
