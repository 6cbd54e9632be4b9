using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.Schemes;

/// <summary>The results of refusal: one object a code, so that refusing allocates nothing. The reason goes to the log.</summary>
internal static class SchemeResult
{
    private static readonly ConcurrentDictionary<(string, bool), AuthenticateResult> _refused = new();

    /// <param name="code">One of a fixed set: never text of a request.</param>
    /// <param name="answersChallenge">Whether the scheme answers a challenge better than a login page would.</param>
    public static AuthenticateResult Reject(string code, bool answersChallenge = false) =>
        _refused.GetOrAdd((code, answersChallenge), static refusal => AuthenticateResult.Fail(new RejectedException(refusal.Item1, refusal.Item2)));
}
