using Microsoft.AspNetCore.Authorization;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore.Authorization;

/// <summary>Requires a verified request that has a scope.</summary>
internal sealed class TrustedAppScopeRequirement(string scope)
    : AuthorizationHandler<TrustedAppScopeRequirement>, IAuthorizationRequirement
{
    private readonly string _scope = scope;

    // Each requirement of this type is the handler of all of them.
    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context, TrustedAppScopeRequirement requirement)
    {
        if (TrustedIdentity.IsIn(context.User, requirement.IsMetBy)) context.Succeed(requirement);
        return Task.CompletedTask;
    }

    public override string ToString() => $"A trusted request with the scope {_scope}";

    private bool IsMetBy(VerifiedAssertion assertion) => assertion.Scopes.Contains(_scope, StringComparer.Ordinal);
}
