using Microsoft.AspNetCore.Authorization;
using TrustedApps.AspNetCore.Authorization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Requirements of authorization policies that only trusted requests meet.</summary>
/// <remarks>
/// A user of another scheme does not meet them, whatever claims the user has. Both also require an authenticated user,
/// or an application that acts as itself, in one of the schemes of the policy.
/// </remarks>
public static class TrustedAppsPolicyExtensions
{
    /// <summary>Requires a trusted request of one of these applications.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="applicationIds">
    /// The ids, such as <c>wiki:8731</c>, compared character for character; at least one. It is the application that
    /// made the request: those that passed it on do not count.
    /// </param>
    /// <returns>The same policy.</returns>
    /// <exception cref="ArgumentException">There is no id, or an empty one.</exception>
    /// <example>
    /// <code>
    /// app.MapDelete("/rest/api/issues/{id:int}", (int id) => Results.NoContent())
    ///     .RequireAuthorization(policy => policy.RequireTrustedApp("wiki:8731"));
    /// </code>
    /// </example>
    public static AuthorizationPolicyBuilder RequireTrustedApp(
        this AuthorizationPolicyBuilder policy, params string[] applicationIds)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(applicationIds);
        if (applicationIds.Length == 0 || Array.Exists(applicationIds, string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException(
                "RequireTrustedApp needs the ids of applications, such as wiki:8731, and none of them empty. Without an id no request would meet it.",
                nameof(applicationIds));
        }

        return policy.AddRequirements(new TrustedAppRequirement([.. applicationIds]));
    }

    /// <summary>
    /// Requires a trusted request that has a scope: its trust lists it, and the request names it, or no scope at all.
    /// Version 4 only.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="scope">
    /// The scope, such as <c>issues.write</c>, compared character for character. Call it again to require another one
    /// as well.
    /// </param>
    /// <returns>The same policy.</returns>
    /// <exception cref="ArgumentException">The scope is empty.</exception>
    public static AuthorizationPolicyBuilder RequireTrustedAppScope(
        this AuthorizationPolicyBuilder policy, string scope)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentException.ThrowIfNullOrWhiteSpace(scope);
        return policy.AddRequirements(new TrustedAppScopeRequirement(scope));
    }
}
