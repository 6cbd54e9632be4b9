using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.Schemes;

/// <summary>The results of rejection: one object for each code, so that a rejection allocates nothing.</summary>
internal static class SchemeResult
{
    private static readonly ConcurrentDictionary<(string, bool), AuthenticateResult> _rejected = new();

    /// <param name="code">One of a fixed set: never text of a request.</param>
    /// <param name="answersChallenge">Whether the scheme answers a challenge better than a login page.</param>
    public static AuthenticateResult Reject(string code, bool answersChallenge = false) => _rejected.GetOrAdd(
        (code, answersChallenge),
        static key => AuthenticateResult.Fail(new RejectedException(key.Item1, key.Item2)));
}
