using System.Net;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore;

internal static partial class TrustedAppsLoggingExtensions
{
    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Refused {Method} {Path} from {Address} for application '{Application}', version {Version}: {Code}. {Detail}",
        EventName = "Refused"
    )]
    public static partial void Rejected(
        this ILogger logger,
        string method,
        string path,
        IPAddress? address,
        string application,
        string version,
        string code,
        string detail
    );

    [LoggerMessage(
        2,
        LogLevel.Debug,
        "Accepted {Method} from {Address} for application '{Application}', version {Version}",
        EventName = "Accepted"
    )]
    public static partial void Accepted(
        this ILogger logger,
        string method,
        IPAddress? address,
        string application,
        string version
    );

    [LoggerMessage(
        88,
        LogLevel.Debug,
        "A request of '{Application}' names a key grant that is not kept here: the application sends it again with the grant",
        EventName = "GrantNeeded"
    )]
    public static partial void GrantNeeded(this ILogger logger, string application);

    [LoggerMessage(
        89,
        LogLevel.Warning,
        "'{Application}' was asked for its key grant again and again for at least a minute, and no request of it with the header X-Seraph-Trusted-App-Key arrived: its requests are refused with GRANT_NEEDED. A proxy in front of this application probably removes that header: let it pass all headers that begin with X-Seraph-Trusted-App-",
        EventName = "KeyNeverArrives"
    )]
    public static partial void KeyNeverArrives(this ILogger logger, string application);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "'{Application}' speaks version 4, and its trust still accepts an older version, until {Until}. A trust is as weak as its weakest version: remove Legacy from it",
        EventName = "SpeaksVersion4"
    )]
    public static partial void SpeaksVersion4(this ILogger logger, string application, string until);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "The trust of '{Application}' accepts version {Version}, which is in the package TrustedApps.Legacy: its requests are refused until that package is added and AddLegacyVersions() is called on the services. Do that, or take the version out of the trust",
        EventName = "VersionNotRegistered"
    )]
    public static partial void VersionNotRegistered(this ILogger logger, string application, string version);

    [LoggerMessage(
        5,
        LogLevel.Information,
        "First accepted request of '{Application}' today: {Method} {Path} from {Address}, version {Version}",
        EventName = "FirstAccepted"
    )]
    public static partial void FirstAccepted(
        this ILogger logger,
        string application,
        string method,
        string path,
        IPAddress? address,
        string version
    );

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "{Count} more requests of {Application} from {Network} were refused by '{Scheme}' in the last minute: {Code} ({Reason})",
        EventName = "RefusedMore"
    )]
    public static partial void RejectedMore(
        this ILogger logger,
        long count,
        string application,
        string network,
        string scheme,
        string code,
        string reason
    );

    [LoggerMessage(
        7,
        LogLevel.Warning,
        "Scheme '{Scheme}' accepted {Method} {Path}, and authorization did not use it: the answer was {Answer}, as for an anonymous user. Call UseAuthentication before UseAuthorization. If there are other schemes, and trusted applications may use this endpoint, let its policy name this scheme (AddAuthenticationSchemes), or make it the default",
        EventName = "ChallengedAfterAcceptance"
    )]
    public static partial void ChallengedAfterAcceptance(
        this ILogger logger, string scheme, string method, string path, string answer);

    [LoggerMessage(
        19,
        LogLevel.Warning,
        "{Method} {Path} from {Address} names version 4 and has no header X-Seraph-Trusted-App-Cert, so it counts as a request of an anonymous user. A proxy in front of this application probably removes that header: let it pass all headers that begin with X-Seraph-Trusted-App-",
        EventName = "CertLost"
    )]
    public static partial void CertLost(this ILogger logger, string method, string path, IPAddress? address);

    [LoggerMessage(
        87,
        LogLevel.Warning,
        "{Method} {Path}: TrustedAppRateLimit counts a request with the headers of a trusted application for no application, because no scheme has verified it yet, so all applications share the permits of one partition. Call UseRateLimiter after UseAuthentication; after UseAuthorization, if the scheme is not the default one and the application uses an older version",
        EventName = "RateLimitedUnverified"
    )]
    public static partial void RateLimitedUnverified(this ILogger logger, string method, string path);

    [LoggerMessage(
        8,
        LogLevel.Error,
        "The response to {Method} {Path} for '{Application}' was replaced by status 500: the request demands a proof of the response, and there is none for this one. Its Content-Type, Content-Encoding, Content-Range or Location has characters other than printable ASCII, or they are longer than about 5,000 characters together. Encode or shorten the value",
        EventName = "ResponseNotProvable"
    )]
    public static partial void ResponseNotProvable(
        this ILogger logger,
        string method,
        string path,
        string? application
    );

    [LoggerMessage(
        EventId = 9,
        Message = "Accepted {Method} from {Address} for application '{Application}', asked by {Actors}, version 4",
        EventName = "AcceptedForActors"
    )]
    public static partial void AcceptedForActors(
        this ILogger logger,
        LogLevel level,
        string method,
        IPAddress? address,
        string application,
        string actors
    );

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "Scheme '{Scheme}': the trust of '{Application}' accepts version 1 or 2. Version 1: an attacker who reads one of its Keys, at any time and any provider, can make requests for any user. Version 2: an attacker who captures one of its requests before it is delivered can. Use version 3 if the application supports it",
        EventName = "AcceptsForgeableVersion"
    )]
    public static partial void AcceptsForgeableVersion(this ILogger logger, string scheme, string application);

    [LoggerMessage(
        11,
        LogLevel.Warning,
        "Scheme '{Scheme}': the trust of '{Application}' has a weak key. {Weakness} Ask for a new key",
        EventName = "AcceptsWeakKey"
    )]
    public static partial void AcceptsWeakKey(this ILogger logger, string scheme, string application, string weakness);

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "Scheme '{Scheme}': AllowForgeableVersionsOverHttp is set: an attacker who reads one request of version 1 or 2 can make others for any user",
        EventName = "AllowsForgeableOverHttp"
    )]
    public static partial void AllowsForgeableOverHttp(this ILogger logger, string scheme);

    [LoggerMessage(
        13,
        LogLevel.Warning,
        "Scheme '{Scheme}': the key file {Path} can be read by others than its owner. Set its mode to 0600, and replace the key if others had access",
        EventName = "KeyFileIsReadable"
    )]
    public static partial void KeyFileIsReadable(this ILogger logger, string scheme, string path);

    [LoggerMessage(
        14,
        LogLevel.Warning,
        "Scheme '{Scheme}': the trust of '{Application}' has DenyUsers, and UserResolvers.Everyone accepts each name as it was sent: another name that this application takes for a denied user, such as an alias, is not denied. Register an IUserResolver that returns the name under which the user is stored",
        EventName = "DeniesWithoutResolver"
    )]
    public static partial void DeniesWithoutResolver(this ILogger logger, string scheme, string application);

    [LoggerMessage(
        16,
        LogLevel.Error,
        "The user resolver {Resolver} threw for a user of '{Origin}', so the request was answered as unavailable (503). If the directory or database of users is down, it can return UserResolution.Unavailable",
        EventName = "UserResolverFailed"
    )]
    public static partial void UserResolverFailed(
        this ILogger logger,
        string resolver,
        string origin,
        Exception failure
    );

    [LoggerMessage(
        17,
        LogLevel.Warning,
        "Scheme '{Scheme}': Legacy:Until of the trust of '{Application}' was {Until}, so its requests of older versions are refused. Remove Legacy from the trust, or set a later day if the application cannot speak version 4 yet",
        EventName = "LegacyHasEnded"
    )]
    public static partial void LegacyHasEnded(
        this ILogger logger,
        string scheme,
        string application,
        string until
    );

    [LoggerMessage(
        18,
        LogLevel.Warning,
        "Scheme '{Scheme}': MaxGrantLifetime is {Lifetime}, less than 15 minutes, so consumers that demand proofs of responses are refused: their key grants are dated back by 5 minutes and are valid for 15. Set it to 00:15:00 or more",
        EventName = "GrantLifetimeIsShort"
    )]
    public static partial void GrantLifetimeIsShort(this ILogger logger, string scheme, TimeSpan lifetime);

    [LoggerMessage(
        43,
        LogLevel.Warning,
        "The certificate of '{Application}' could not be fetched and used at this start, so the one that was kept serves. {Problem}",
        EventName = "CertificateNotFetched"
    )]
    public static partial void KeptCertificateServes(this ILogger logger, string application, string problem);

    [LoggerMessage(
        83,
        LogLevel.Information,
        "Scheme '{Scheme}': a change of the configuration is in use. Trusts that are new or changed: {Changed}; that are removed or were changed: {Removed}",
        EventName = "ConfigurationReloaded"
    )]
    public static partial void ConfigurationReloaded(
        this ILogger logger,
        string scheme,
        string changed,
        string removed
    );

    [LoggerMessage(
        84,
        LogLevel.Error,
        "The configuration of trusted applications was changed and cannot be used, so the trusts stay as they were. The next start would fail, or lack what is missing. {Problem}",
        EventName = "ConfigurationNotUsed"
    )]
    public static partial void ConfigurationNotUsed(this ILogger logger, string problem);

    [LoggerMessage(
        85,
        LogLevel.Warning,
        "Scheme '{Scheme}': the configuration has another value of {Settings} than at the start, which takes effect at the next start only: restart this application",
        EventName = "SettingsNeedRestart"
    )]
    public static partial void SettingsNeedRestart(this ILogger logger, string scheme, string settings);

    [LoggerMessage(
        86,
        LogLevel.Information,
        "The configuration of trusted applications can be used again, and is in use",
        EventName = "ConfigurationUsable"
    )]
    public static partial void ConfigurationUsable(this ILogger logger);

    [LoggerMessage(
        46,
        LogLevel.Warning,
        "{Setting}: the certificate of the application cannot be fetched yet, so its requests are refused with UNAVAILABLE. It is fetched again in the background until it succeeds. {Problem}",
        EventName = "TrustAwaited"
    )]
    public static partial void TrustAwaited(this ILogger logger, string setting, string problem);

    [LoggerMessage(
        47,
        LogLevel.Error,
        "{Setting}: the certificate of the application cannot be trusted, so its requests are refused. {Problem}",
        EventName = "TrustRefused"
    )]
    public static partial void TrustRefused(this ILogger logger, string setting, string problem);

    [LoggerMessage(
        48,
        LogLevel.Information,
        "{Setting}: the certificate of '{Application}' was fetched from {Url}, and its requests are served: {Keys}",
        EventName = "TrustReady"
    )]
    public static partial void TrustReady(
        this ILogger logger,
        string setting,
        string application,
        string url,
        string keys
    );

    [LoggerMessage(
        49,
        LogLevel.Warning,
        "The certificate from {Url} cannot be kept beside the key file, so the next start has to fetch it before requests of its application are served. Let the user who runs this application write there. {Problem}",
        EventName = "CertificateNotKept"
    )]
    public static partial void CertificateNotKept(this ILogger logger, string url, string problem);

    [LoggerMessage(
        53,
        LogLevel.Error,
        "The certificate of '{Application}' was asked for and could not be signed, because its private key is not in this process and failed. The answer was 503. Check that the service with the key can be reached. {Problem}",
        EventName = "CertificateNotSigned"
    )]
    public static partial void CertificateNotSigned(this ILogger logger, string application, string problem);
}
