using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Notices requests that fail because of the application's own set-up, where neither side would see why. Each kind is
/// logged once a minute at most. Safe for concurrent use.
/// </summary>
/// <param name="time">The clock; null for the system's.</param>
internal sealed class UsageWatch(TimeProvider? time = null)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long _lostAt; // time stamps of the last lines; 0 for none
    private long _unusedAt;
    private int _isTold; // of requests that were counted before they were verified

    /// <summary>Takes note of a request that names version 4 and has no Cert, as a proxy leaves it.</summary>
    public void NoteLostCert(HttpContext context, ILogger logger)
    {
        if (!logger.IsEnabled(LogLevel.Warning) || !IsDue(ref _lostAt)) return;
        HttpRequest request = context.Request;
        logger.CertLost(
            LogSanitizer.Sanitize(request.Method),
            LogSanitizer.Sanitize(request.PathBase + request.Path),
            context.Connection.RemoteIpAddress);
    }

    /// <summary>
    /// Takes note of an accepted request whose endpoint, all the same, was not served for want of a user.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="isFailure">Whether it ended in an exception, and not in a response.</param>
    /// <param name="logger">The log.</param>
    public void NoteUnusedAcceptance(HttpContext context, bool isFailure, ILogger logger)
    {
        if (context.Features.Get<TrustedRequestFeature>() is not { Verdict.Accepted: true } accepted) return;
        int status = context.Response.StatusCode;
        bool needsUser = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null;
        bool isRefused = isFailure || status == StatusCodes.Status302Found
            ? needsUser
            : status == StatusCodes.Status401Unauthorized;
        if (!isRefused || TrustedIdentity.IsIn(context.User, static _ => true) || !IsDue(ref _unusedAt)) return;
        HttpRequest request = context.Request;
        logger.ChallengedAfterAcceptance(
            accepted.Scheme,
            LogSanitizer.Sanitize(request.Method),
            LogSanitizer.Sanitize(request.PathBase + request.Path),
            isFailure ? "an exception" : $"status {status}");
    }

    /// <summary>
    /// Takes note of a request of a trusted application that a rate limiter counts before it is verified: once.
    /// </summary>
    public void NoteUnverified(HttpContext context, ILogger logger)
    {
        if (Volatile.Read(ref _isTold) != 0 || !ReceivedHeaders.Read(context.Request.Headers).HasAssertion) return;
        if (ThrownEvent.IsOf(context) || Interlocked.Exchange(ref _isTold, 1) != 0) return;
        HttpRequest request = context.Request;
        logger.RateLimitedUnverified(
            LogSanitizer.Sanitize(request.Method),
            LogSanitizer.Sanitize(request.PathBase + request.Path));
    }

    private bool IsDue(ref long last)
    {
        long now = _time.GetTimestamp(), before = Volatile.Read(ref last);
        if (before != 0 && _time.GetElapsedTime(before, now) < _pause) return false;
        return Interlocked.CompareExchange(ref last, now == 0 ? 1 : now, before) == before;
    }
}
