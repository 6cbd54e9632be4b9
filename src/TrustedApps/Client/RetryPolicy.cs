using System.Net.Http.Headers;

namespace TrustedApps.Client;

/// <summary>
/// Decides whether a rejected request is issued once more (specification version-4.md, section 7). Libraries and proxies
/// retry requests on their own, so even a replay can be innocent.
/// </summary>
internal static class RetryPolicy
{
    public static bool IsWorthwhile(
        HttpRequestMessage request,
        HttpResponseMessage response,
        TrustedAppError? error,
        TimeSpan maxDelay,
        TimeProvider time,
        out TimeSpan delay)
    {
        delay = TimeSpan.Zero;
        if (error is null || !MayPassNextTime(error.Code)) return false;
        if (!IsIdempotent(request.Method) || !RedirectPolicy.CanBeSentAgain(request.Content)) return false;

        delay = DelayOf(response.Headers.RetryAfter, time);
        return delay <= maxDelay;
    }

    private static bool MayPassNextTime(ErrorCode code) => code is ErrorCode.Replayed or ErrorCode.OldAssertion
        or ErrorCode.FutureAssertion or ErrorCode.Unavailable or ErrorCode.BadGrant;

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
