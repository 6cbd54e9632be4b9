using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore;

/// <summary>
/// A request that was rejected, for <see cref="TrustedAppsEvents.OnRejected"/>. The rejection stands, and the scheme
/// writes the response: the event must not.
/// </summary>
public sealed class TrustedAppRejectedContext : BaseContext<TrustedAppsOptions>
{
    /// <summary>Creates a context.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="options">The options of the scheme.</param>
    /// <param name="verdict">The verdict: a rejection.</param>
    public TrustedAppRejectedContext(
        HttpContext context, AuthenticationScheme scheme, TrustedAppsOptions options, in Verdict verdict)
        : base(context, scheme, options) => Verdict = verdict;

    /// <summary>
    /// The verdict. A caller may be shown its <see cref="Verdict.Code"/> and its <see cref="Verdict.PublicReasonId"/>,
    /// which the response states in any case. Everything else is for logs: it is the sender's word, and would help an
    /// attacker.
    /// </summary>
    public Verdict Verdict { get; }

    /// <summary>
    /// The reason with its id and its detail, for logs and administrators. Not for the caller: see
    /// <see cref="Verdict"/>.
    /// </summary>
    public Rejection Rejection => Verdict.Rejection ?? default;
}
