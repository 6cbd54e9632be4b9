using System.Net;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore;

internal static partial class TrustedAppsLoggingExtensions
{
    [LoggerMessage(1, LogLevel.Warning, "Refused {Method} {Path} from {Address} for application '{Application}', version {Version}: {Code}. {Detail}", EventName = "Refused")]
    public static partial void Rejected(
        this ILogger logger, string method, string path, IPAddress? address, string application, string version, string code, string detail);

    [LoggerMessage(2, LogLevel.Debug, "Accepted {Method} from {Address} for application '{Application}', version {Version}", EventName = "Accepted")]
    public static partial void Accepted(this ILogger logger, string method, IPAddress? address, string application, string version);

    [LoggerMessage(3, LogLevel.Warning, "'{Application}' speaks version 4, and its trust still accepts an older version, until {Until}. A trust is as weak as its weakest version: remove Legacy from it", EventName = "SpeaksVersion4")]
    public static partial void SpeaksVersion4(this ILogger logger, string application, DateTimeOffset until);

    [LoggerMessage(10, LogLevel.Warning, "Scheme '{Scheme}': the trust of '{Application}' accepts version 1 or 2. Version 1: whoever sees one of its Keys, at any time and any provider, can make requests for any user. Version 2: whoever captures one of its requests before it is delivered can. Use version 3 if the application can", EventName = "AcceptsForgeableVersion")]
    public static partial void AcceptsForgeableVersion(this ILogger logger, string scheme, string application);

    [LoggerMessage(11, LogLevel.Warning, "Scheme '{Scheme}': the trust of '{Application}' rests on a weak key. {Weakness} Ask for a new key", EventName = "AcceptsWeakKey")]
    public static partial void AcceptsWeakKey(this ILogger logger, string scheme, string application, string weakness);

    [LoggerMessage(12, LogLevel.Warning, "Scheme '{Scheme}': AllowForgeableVersionsOverHttp is set: whoever reads one request of version 1 or 2 on the way can make others for any user", EventName = "AllowsForgeableOverHttp")]
    public static partial void AllowsForgeableOverHttp(this ILogger logger, string scheme);

    [LoggerMessage(13, LogLevel.Warning, "Scheme '{Scheme}': the key file {Path} can be read by others than its owner. Set its mode to 0600, and replace the key if others had access", EventName = "KeyFileIsReadable")]
    public static partial void KeyFileIsReadable(this ILogger logger, string scheme, string path);

    [LoggerMessage(14, LogLevel.Information, "Scheme '{Scheme}': no IUserResolver is registered, so every name that a trusted application sends is a user. Register one (UserResolvers.Everyone, if that is meant)", EventName = "HasNoUserResolver")]
    public static partial void HasNoUserResolver(this ILogger logger, string scheme);

    [LoggerMessage(20, LogLevel.Warning, "Refused {Method} {Path} from {Address} by '{Scheme}': {Code}. {Detail}", EventName = "RefusedByScheme")]
    public static partial void RejectedByScheme(this ILogger logger, string method, string path, IPAddress? address, string scheme, string code, string detail);

    [LoggerMessage(21, LogLevel.Information, "Logged in '{User}' from {Address} by '{Scheme}'", EventName = "LoggedIn")]
    public static partial void LoggedIn(this ILogger logger, string user, IPAddress? address, string scheme);

    [LoggerMessage(23, LogLevel.Information, "Chain '{Scheme}': {Answer} authenticated {Method} {Path} from {Address}, after links had failed: {Failures}", EventName = "LinksFailed")]
    public static partial void LinksFailed(this ILogger logger, string scheme, string answer, string method, string path, IPAddress? address, string failures);

    [LoggerMessage(24, LogLevel.Information, "'{Scheme}' provisioned user '{User}'", EventName = "Provisioned")]
    public static partial void Provisioned(this ILogger logger, string scheme, string user);
}
