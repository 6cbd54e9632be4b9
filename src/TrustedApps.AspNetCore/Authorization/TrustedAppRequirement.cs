using Microsoft.AspNetCore.Authorization;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore.Authorization;

/// <summary>Requires a verified request of one of some applications.</summary>
internal sealed class TrustedAppRequirement(string[] applicationIds)
    : AuthorizationHandler<TrustedAppRequirement>, IAuthorizationRequirement
{
    private readonly string[] _applicationIds = applicationIds;

    // Each requirement of this type is the handler of all of them.
    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context, TrustedAppRequirement requirement)
    {
        if (TrustedIdentity.IsIn(context.User, requirement.IsMetBy)) context.Succeed(requirement);
        return Task.CompletedTask;
    }

    public override string ToString() => $"A trusted request of {string.Join(" or ", _applicationIds)}";

    private bool IsMetBy(VerifiedAssertion assertion) =>
        _applicationIds.Contains(assertion.Application.Id, StringComparer.Ordinal);
}
