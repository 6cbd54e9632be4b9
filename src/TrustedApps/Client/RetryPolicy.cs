using System.Net.Http.Headers;

namespace TrustedApps.Client;

/// <summary>
/// Decides whether a rejected request is retried once (specification version-4.md, section 7). HTTP libraries and
/// proxies send requests again by themselves, so a replay is not always a fault.
/// </summary>
internal static class RetryPolicy
{
    /// <summary>Whether the request is retried after a delay.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">The response to it.</param>
    /// <param name="error">The error in the response; null when it has none.</param>
    /// <param name="maxDelay">The longest delay.</param>
    /// <param name="time">The clock.</param>
    /// <param name="delay">The delay that the provider asks for.</param>
    public static bool ShouldRetry(
        HttpRequestMessage request,
        HttpResponseMessage response,
        TrustedAppError? error,
        TimeSpan maxDelay,
        TimeProvider time,
        out TimeSpan delay
    )
    {
        delay = TimeSpan.Zero;
        if (error is null || !MayPassNextTime(error.Code) || RejectionAnswer.IsAfterContent(error)) return false;
        if (!CanSendAgain(request)) return false;

        delay = FindDelay(response, time) ?? TimeSpan.Zero;
        return delay <= maxDelay;
    }

    /// <summary>Whether the request may be sent a second time.</summary>
    public static bool CanSendAgain(HttpRequestMessage request) =>
        IsIdempotent(request.Method) && RedirectPolicy.CanBeSentAgain(request.Content);

    /// <summary>Finds the time after which the provider asks to be tried again; not negative.</summary>
    public static TimeSpan? FindDelay(HttpResponseMessage response, TimeProvider time)
    {
        RetryConditionHeaderValue? retryAfter = response.Headers.RetryAfter;
        TimeSpan? delay = retryAfter?.Delta ?? (retryAfter?.Date - time.GetUtcNow());
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }

    private static bool MayPassNextTime(ErrorCode code) => code is ErrorCode.Replayed or ErrorCode.OldAssertion
        or ErrorCode.FutureAssertion or ErrorCode.Unavailable or ErrorCode.BadGrant or ErrorCode.GrantNeeded;

    // RFC 9110 section 9.2.2
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Put
        || method == HttpMethod.Delete || method == HttpMethod.Options || method == HttpMethod.Trace;
}
