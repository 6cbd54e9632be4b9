using System.Security.Claims;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>A user as a trusted proxy describes it.</summary>
/// <param name="Name">The name after the transforms: 1 to 1,024 code points without control characters.</param>
/// <param name="Scheme">The name of the scheme.</param>
/// <param name="Attributes">The claims of the attribute headers, or their defaults.</param>
public sealed record TrustedProxyUser(string Name, string Scheme, IReadOnlyList<Claim> Attributes)
{
    /// <summary>Returns the name and the scheme, for logs.</summary>
    /// <returns>One line of printable text.</returns>
    public override string ToString() => $"'{LogSanitizer.Sanitize(Name)}' by '{Scheme}'";
}
