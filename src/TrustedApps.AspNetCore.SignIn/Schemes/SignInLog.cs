using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Schemes;

/// <summary>The log of the sign-in schemes and of the token mirror.</summary>
internal static partial class SignInLog
{
    /// <summary>Explains a rejection in one line.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="context">The request. Its query is left out because it may hold secrets.</param>
    /// <param name="scheme">The scheme that rejected the request.</param>
    /// <param name="code">One of <see cref="RejectionCodes"/>.</param>
    /// <param name="detail">
    /// The reason and the remedy for an administrator. Text of requests is sanitized by <see cref="LogSanitizer"/>.
    /// </param>
    public static void Rejected(this ILogger logger, HttpContext context, string scheme, string code, string detail)
    {
        if (!logger.IsEnabled(LogLevel.Warning)) return;
        IPAddress? address = context.Connection.RemoteIpAddress;
        if (!IsFirst(logger, context.RequestServices, scheme, code, address)) return;
        logger.RejectedByScheme(
            LogSanitizer.Sanitize(context.Request.Method),
            LogSanitizer.Sanitize(context.Request.PathBase + context.Request.Path),
            address,
            scheme,
            code,
            detail);
    }

    /// <summary>
    /// Whether a line that strangers can repeat is the first of this minute; otherwise it is counted.
    /// </summary>
    /// <param name="logger">The log.</param>
    /// <param name="services">The services of the request or the host.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="code">The code of the refusal, or the name of the event.</param>
    /// <param name="address">The address; null to count all addresses together.</param>
    public static bool IsFirst(
        ILogger logger,
        IServiceProvider services,
        string scheme,
        string code,
        IPAddress? address = null
    ) =>
        services.GetService<RejectionLog>()?.IsFirst(logger, new(scheme, "users", code, "sign-in", address)) != false;

    [LoggerMessage(
        83,
        LogLevel.Information,
        "Scheme '{Scheme}': a change of the configuration is in use: the trusted proxy has other settings",
        EventName = "ConfigurationReloaded")]
    public static partial void ConfigurationReloaded(this ILogger logger, string scheme);

    [LoggerMessage(
        84,
        LogLevel.Error,
        "The configuration of trusted proxies was changed and cannot be used, so they stay as they were. The next start would fail, or lack what is missing. {Problem}",
        EventName = "ConfigurationNotUsed")]
    public static partial void ConfigurationNotUsed(this ILogger logger, string problem);

    [LoggerMessage(
        85,
        LogLevel.Warning,
        "Scheme '{Scheme}': the configuration has another value of {Settings} than at the start, which takes effect at the next start only: restart this application",
        EventName = "SettingsNeedRestart")]
    public static partial void SettingsNeedRestart(this ILogger logger, string scheme, string settings);

    [LoggerMessage(
        86,
        LogLevel.Information,
        "The configuration of trusted proxies can be used again, and is in use",
        EventName = "ConfigurationUsable")]
    public static partial void ConfigurationUsable(this ILogger logger);

    [LoggerMessage(
        20,
        LogLevel.Warning,
        "Refused {Method} {Path} from {Address} by '{Scheme}': {Code}. {Detail}",
        EventName = "RefusedByScheme")]
    private static partial void RejectedByScheme(
        this ILogger logger, string method, string path, IPAddress? address, string scheme, string code, string detail);

    [LoggerMessage(21, LogLevel.Information, "Logged in '{User}' from {Address} by '{Scheme}'", EventName = "LoggedIn")]
    public static partial void LoggedIn(this ILogger logger, string user, IPAddress? address, string scheme);

    [LoggerMessage(
        23,
        LogLevel.Information,
        "Chain '{Scheme}': {Answer} authenticated {Method} {Path} from {Address}, after links had failed: {Failures}",
        EventName = "LinksFailed"
    )]
    public static partial void LinksFailed(
        this ILogger logger,
        string scheme,
        string answer,
        string method,
        string path,
        IPAddress? address,
        string failures
    );

    [LoggerMessage(
        25,
        LogLevel.Error,
        "'{Scheme}' could not verify a user because the application's {Service} threw. The attempt does not count, and the request is answered as unavailable (503) where it needs a user. Check that the directory or database of users runs and that this host reaches it",
        EventName = "UserLookupFailed"
    )]
    public static partial void UserLookupFailed(
        this ILogger logger,
        string scheme,
        string service,
        Exception failure
    );

    [LoggerMessage(
        26,
        LogLevel.Warning,
        "'{Scheme}' did not read a form that was posted to a login path from {Address}: it came as multipart/form-data. If it is the login form, remove enctype from it, so that browsers send application/x-www-form-urlencoded",
        EventName = "LoginFormNotRead"
    )]
    public static partial void LoginFormNotRead(this ILogger logger, string scheme, IPAddress? address);

    [LoggerMessage(
        27,
        LogLevel.Warning,
        "The {Store} could not replace a password hash of an old format or with few iterations. The user is logged in, and the old hash stays",
        EventName = "HashNotReplaced"
    )]
    public static partial void HashNotReplaced(this ILogger logger, string store, Exception failure);

    [LoggerMessage(24, LogLevel.Information, "'{Scheme}' provisioned user '{User}'", EventName = "Provisioned")]
    public static partial void Provisioned(this ILogger logger, string scheme, string user);
}
