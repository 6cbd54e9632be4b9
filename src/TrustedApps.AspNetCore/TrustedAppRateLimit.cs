using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore;

/// <summary>Partitions of a rate limiter by trusted application.</summary>
/// <remarks>
/// <para>
/// A request counts for the application that verifiably made it. All requests that no scheme of trusted applications
/// has accepted share the partition <see cref="Others"/>: an application id in a header counts for nothing, so
/// no other client can use up the permits of an application, and there are no more partitions than trusts and one.
/// </para>
/// <para>
/// Call <c>UseRateLimiter</c> after <c>UseAuthentication</c>. Version 4 requests that are refused are answered before,
/// and use no permit. Before it, no request counts for an application: event 87 warns of that, once.
/// </para>
/// <para>
/// The key is the id of the application alone: one that two schemes trust, each by a store of its own, has one
/// partition.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// builder.Services.AddRateLimiter(limiter => limiter.AddPolicy("applications", context =>
///     TrustedAppRateLimit.ByApplication(context, permitLimit: 100, window: TimeSpan.FromSeconds(1))));
/// app.MapGet("/rest/api/issues", FindIssues).RequireRateLimiting("applications");
/// </code>
/// </example>
public static class TrustedAppRateLimit
{
    /// <summary>The key of the partition that all other requests share: the empty text.</summary>
    public const string Others = "";

    /// <summary>
    /// Limits each trusted application to a number of requests in each window of time, and all others together to the
    /// same number. Nothing is queued.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="permitLimit">The number of requests, at least 1.</param>
    /// <param name="window">The length of a window, more than zero.</param>
    /// <returns>The partition of the request. Its key is the application's id, or <see cref="Others"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit or the window is outside its range.</exception>
    public static RateLimitPartition<string> ByApplication(HttpContext context, int permitLimit, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permitLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        return RateLimitPartition.GetFixedWindowLimiter(
            FindKey(context),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = permitLimit, Window = window });
    }

    /// <summary>Limits each trusted application, and all others together, by a limiter of any kind.</summary>
    /// <param name="context">The request.</param>
    /// <param name="createLimiter">
    /// Creates the limiter of a partition, from the application's id or <see cref="Others"/>. Called at the first
    /// request of a partition, and again after it was idle.
    /// </param>
    /// <returns>The partition of the request. Its key is the application's id, or <see cref="Others"/>.</returns>
    public static RateLimitPartition<string> ByApplication(
        HttpContext context, Func<string, RateLimiter> createLimiter)
    {
        ArgumentNullException.ThrowIfNull(createLimiter);
        return RateLimitPartition.Get(FindKey(context), createLimiter);
    }

    private static string FindKey(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        TrustedRequestFeature? verified = context.Features.Get<TrustedRequestFeature>();
        if (verified is { Verdict: { Accepted: true } accepted }) return accepted.Assertion.Application.Id;
        if (verified is null) Warn(context);
        return Others;
    }

    private static void Warn(HttpContext context)
    {
        if (context.RequestServices?.GetService<ILogger<TrustedAppsHandler>>() is not { } logger) return;
        context.RequestServices.GetService<UsageWatch>()?.NoteUnverified(context, logger);
    }
}
