using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>Evaluates authorization for an anonymous user, as UseAuthorization does.</summary>
internal static class AnonymousAccess
{
    private const string EndpointIsResource =
        "Microsoft.AspNetCore.Authorization.SuppressUseHttpContextAsAuthorizationResource";

    public static async Task<bool> IsAllowedAsync(
        HttpContext context,
        Endpoint endpoint,
        IAuthorizationPolicyProvider policies
    )
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) return true;

        AuthorizationPolicy? policy = await FindPolicyAsync(endpoint.Metadata, policies);
        return policy is null || await AllowsAnonymousUserAsync(context, endpoint, policy);
    }

    private static async Task<AuthorizationPolicy?> FindPolicyAsync(
        EndpointMetadataCollection metadata,
        IAuthorizationPolicyProvider policies
    )
    {
        AuthorizationPolicy? policy = await AuthorizationPolicy.CombineAsync(
            policies,
            metadata.GetOrderedMetadata<IAuthorizeData>(),
            metadata.GetOrderedMetadata<AuthorizationPolicy>()
        );
        IAuthorizationRequirement[] requirements =
        [
            .. metadata.GetOrderedMetadata<IAuthorizationRequirementData>().SelectMany(data => data.GetRequirements()),
        ];
        if (requirements.Length == 0) return policy;

        AuthorizationPolicy more = new AuthorizationPolicyBuilder().AddRequirements(requirements).Build();
        return policy is null ? more : AuthorizationPolicy.Combine(policy, more);
    }

    // Some requirements read the user of the context.
    private static async Task<bool> AllowsAnonymousUserAsync(
        HttpContext context,
        Endpoint endpoint,
        AuthorizationPolicy policy
    )
    {
        ClaimsPrincipal user = context.User;
        context.User = new ClaimsPrincipal(new ClaimsIdentity());
        try
        {
            object resource =
                AppContext.TryGetSwitch(EndpointIsResource, out bool isEndpoint) && isEndpoint ? endpoint : context;
            var evaluator = context.RequestServices.GetRequiredService<IPolicyEvaluator>();
            PolicyAuthorizationResult result = await evaluator.AuthorizeAsync(
                policy,
                AuthenticateResult.NoResult(),
                context,
                resource
            );
            return result.Succeeded;
        }
        finally
        {
            context.User = user;
        }
    }
}
