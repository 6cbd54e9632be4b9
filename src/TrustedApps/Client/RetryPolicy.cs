using System.Net.Http.Headers;

namespace TrustedApps.Client;

/// <summary>
/// When a refused request is issued once more (specification version-4.md, section 7): HTTP libraries and proxies send
/// requests again by themselves, so a replay need not be anybody's fault.
/// </summary>
internal static class RetryPolicy
{
    public static bool IsWorthwhile(
        HttpRequestMessage request, HttpResponseMessage response, TimeSpan maxDelay, TimeProvider time, out TimeSpan delay)
    {
        delay = TimeSpan.Zero;
        if (!ResponseError.TryRead(response, out TrustedAppError? error)) return false;
        if (error.Code is not (ErrorCode.Replayed or ErrorCode.OldAssertion or ErrorCode.FutureAssertion or ErrorCode.Unavailable or ErrorCode.BadGrant)) return false;
        if (!IsIdempotent(request.Method) || !RedirectPolicy.CanBeSentAgain(request.Content)) return false;

        delay = DelayOf(response.Headers.RetryAfter, time);
        return delay <= maxDelay;
    }

    private static TimeSpan DelayOf(RetryConditionHeaderValue? retryAfter, TimeProvider time)
    {
        TimeSpan delay = retryAfter?.Delta ?? (retryAfter?.Date - time.GetUtcNow()) ?? TimeSpan.Zero;
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }

    // RFC 9110 section 9.2.2
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Put
        || method == HttpMethod.Delete || method == HttpMethod.Options || method == HttpMethod.Trace;
}
