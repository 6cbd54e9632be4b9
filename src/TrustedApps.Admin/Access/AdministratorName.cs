using System.Security.Claims;

namespace TrustedApps.Admin.Access;

/// <summary>The name of the administrator who makes a change, for the audit trail.</summary>
internal static class AdministratorName
{
    public static string? Of(ClaimsPrincipal user)
    {
        string? name = user.Identity?.Name;
        if (string.IsNullOrWhiteSpace(name)) name = user.FindFirst(ClaimTypes.NameIdentifier)?.Value;
        return string.IsNullOrWhiteSpace(name) ? null : name;
    }
}
