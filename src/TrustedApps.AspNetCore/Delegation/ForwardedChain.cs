using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Delegation;

/// <summary>
/// Finds the applications that asked for the request that is being served, for the requests that serve it
/// (specification version-4.md, section 4, <c>act</c>).
/// </summary>
internal sealed class ForwardedChain(IHttpContextAccessor contexts, TrustedAppsProviders providers)
{
    private const int MaxActors = 3;

    /// <summary>Returns the chain for a request on behalf of a user.</summary>
    /// <param name="user">The user of the outgoing request.</param>
    /// <returns>The ids, the nearest first; none if no trusted request is being served.</returns>
    /// <exception cref="InvalidOperationException">The chain must not be passed on.</exception>
    public string[] Find(string user)
    {
        TrustedRequestFeature? served = contexts.HttpContext?.Features.Get<TrustedRequestFeature>();
        if (served is not { Verdict: { Accepted: true, Assertion: { } assertion } }) return [];

        RequireSameUser(assertion.User, user);
        string[] chain = [assertion.Application.Id, .. assertion.Actors];
        RequireEnd(chain, providers.Get(served.Scheme).Keys?.Id);
        return chain;
    }

    private static void RequireSameUser(string? asked, string user)
    {
        if (asked == user) return;
        string served = asked is null ? "an application that acts as itself" : $"'{LogSanitizer.Sanitize(asked)}'";
        throw new InvalidOperationException(
            $"The outgoing request is on behalf of '{LogSanitizer.Sanitize(user)}', but the trusted request that is being served is of {served}. ForwardDelegation passes the chain of applications on for the same user only, because they asked in that user's name. Make the request on behalf of the same user, or call PassedOnBy with no ids on a request that they did not ask for.");
    }

    // Twice the same application is a loop; and a chain that grows for ever ends at the limit.
    private static void RequireEnd(string[] chain, string? own)
    {
        string path = string.Join(" <- ", own is null ? chain : [own, .. chain]);
        bool isOwnThere = chain.Contains(own, StringComparer.Ordinal);
        if (isOwnThere || chain.Distinct(StringComparer.Ordinal).Count() < chain.Length)
        {
            throw new InvalidOperationException(
                $"The request cannot be passed on: one application is twice in its chain ({path}), so applications ask each other in a loop. Break the loop: while serving a request, do not ask an application that it came from.");
        }

        if (chain.Length > MaxActors)
        {
            throw new InvalidOperationException(
                $"The request cannot be passed on: it came through {chain.Length} applications ({path}), and {MaxActors} are allowed. Ask from an application that is nearer to the user.");
        }
    }
}
