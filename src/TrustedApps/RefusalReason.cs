namespace TrustedApps;

/// <summary>
/// Every reason for a refusal: its code, the message that the consumer gets (printable ASCII, {0} for parameters), and
/// what the provider's administrator is told to do.
/// </summary>
internal sealed record RefusalReason(ErrorCode Code, string Message, string Advice)
{
    public static readonly RefusalReason Unspecified = new(
        ErrorCode.Unknown, "Refused", "No reason was recorded.");

    public static readonly RefusalReason DuplicateHeader = new(
        ErrorCode.System, "The header {0} came more than once",
        "The header {0} came more than once: look for a proxy that repeats headers, or for an attempt to smuggle one past it.");

    public static readonly RefusalReason MixedFamilies = new(
        ErrorCode.System, "Headers of two dialects in one request",
        "X-Seraph-Trusted-App-* and X-Trusted-App-* came together: the application is to send one of them.");

    public static readonly RefusalReason ApplicationIdNotFound = new(
        ErrorCode.ApplicationIdNotFound, "No application id in the request",
        "The request names no application: the consumer or a proxy in between drops X-Seraph-Trusted-App-ID.");

    public static readonly RefusalReason ProviderIdNotFound = new(
        ErrorCode.ProviderIdNotFound, "No application id in the request",
        "The request names no application: the consumer or a proxy in between drops X-Trusted-App-ProviderID.");

    public static readonly RefusalReason SecretKeyNotFound = new(
        ErrorCode.SecretKeyNotFound, "No secret key in the request",
        "Versions 1 and 2 need X-Seraph-Trusted-App-Key: the consumer or a proxy in between drops it.");

    public static readonly RefusalReason MagicNotFound = new(
        ErrorCode.MagicNumberNotFound, "No magic number in the request",
        "Versions 1 and 2 need X-Seraph-Trusted-App-Magic: the consumer or a proxy in between drops it.");

    public static readonly RefusalReason ApplicationUnknown = new(
        ErrorCode.ApplicationUnknown, "Application not trusted: {0}",
        "No application '{0}' is trusted here: make a trust for it if it should be, with exactly this id.");

    public static readonly RefusalReason VersionNotAccepted = new(
        ErrorCode.BadProtocolVersion, "Protocol version {0} is not accepted; accepted: {1}",
        "The application speaks version '{0}', its trust accepts {1}: set the application to that, or add the version to the trust (versions 1 and 2 are weak).");

    public static readonly RefusalReason VersionUnsafeHere = new(
        ErrorCode.BadProtocolVersion, "Protocol version {0} is not accepted here",
        "Version {0} can be forged by whoever reads one request, and a base URL of this provider is plain http: use https or version 3, or set AllowForgeableVersionsOverHttp.");

    public static readonly RefusalReason AddressNotAllowed = new(
        ErrorCode.BadRemoteAddress, "Requests are not allowed from address {0}",
        "The trust does not allow the address {0}: add it to the trust's addresses if the application sends from there (behind a proxy, set up forwarded headers first).");

    public static readonly RefusalReason ForwardedAddressNotAllowed = new(
        ErrorCode.BadForwardedAddress, "Requests are not allowed by way of address {0}",
        "X-Forwarded-For holds '{0}', which the trust's addresses do not allow: add it, or turn CheckForwardedFor off for this trust.");

    public static readonly RefusalReason KeyNotReadable = new(
        ErrorCode.BadMagic, "The {0} of application {1} cannot be decrypted",
        "The {0} was not made with the key on record for '{1}': if the application has a new key, fetch its certificate and compare fingerprints before replacing it.");

    public static readonly RefusalReason MagicWrong = new(
        ErrorCode.BadMagic, "The certificate of application {0} does not hold the magic number",
        "The assertion of '{0}' does not end in the magic number: it was changed on the way, or encrypted with another key.");

    public static readonly RefusalReason AssertionMalformed = new(
        ErrorCode.System, "The certificate of application {0} is malformed: {1}",
        "The assertion of '{0}' is malformed ({1}): the application's client is not a genuine one, or its user name cannot be sent safely.");

    public static readonly RefusalReason TooOld = new(
        ErrorCode.OldAssertion, "The certificate is too old. Application: {0} Created: {1} Timeout: {2}",
        "The assertion of '{0}' was stamped {1} and is good for {2} ms: compare the clocks of both hosts, then the trust's time-out.");

    public static readonly RefusalReason TooEarly = new(
        ErrorCode.FutureAssertion, "The certificate is stamped too far ahead. Application: {0} Created: {1}",
        "The assertion of '{0}' was stamped {1}, further ahead than the trust allows: compare the clocks of both hosts, then the trust's AllowanceAhead (the newest Atlassian clients need 15 minutes).");

    public static readonly RefusalReason NotOurUrl = new(
        ErrorCode.BadUrl, "The URL is not one of this application: {0}",
        "The request came for {0}, which is none of the base URLs configured here: add it if users reach the application so, or tell the proxy to pass the original host on.");

    public static readonly RefusalReason NotOriginForm = new(
        ErrorCode.BadUrl, "The request target is not a path",
        "The request line holds a whole URL or a *, not a path: clients send that to proxies only. Is this application asked as if it were one?");

    public static readonly RefusalReason UrlTooLong = new(
        ErrorCode.BadUrl, "The URL is too long",
        "The URL has more than 16,384 characters.");

    public static readonly RefusalReason SignatureMissing = new(
        ErrorCode.BadSignature, "No signature in a request of version {0}",
        "Version {0} needs a signature of the URL: the consumer or a proxy in between drops the Signature header.");

    public static readonly RefusalReason SignatureWrong = new(
        ErrorCode.BadSignature, "The signature is not for this URL: {0}",
        "The signature is not for {1}: the application asked for another URL (does a proxy change host, path or query on the way? then configure BaseUrls and PathPrefix), or it signs with another key.");

    public static readonly RefusalReason MethodNotAllowed = new(
        ErrorCode.BadMethod, "Requests are not allowed with method {0}",
        "The trust does not allow the method {0}: add it to the trust's methods if the application needs it (versions 1 to 3 and Warwick do not sign the method).");

    public static readonly RefusalReason UrlNotAllowed = new(
        ErrorCode.BadUrl, "Requests are not allowed to {0}",
        "The trust's URL patterns do not allow {0}, or its path has more than one reading (encoded slashes, dot segments, ';'): add a pattern if the application needs it.");

    public static readonly RefusalReason UserNotAllowed = new(
        ErrorCode.PermissionDenied, "Permission denied",
        "The trust of '{0}' does not allow requests for the user '{1}': change its user lists if it should.");

    public static readonly RefusalReason Replayed = new(
        ErrorCode.Replayed, "The request, or a part of it, was used before",
        "'{0}' sent an assertion, or a part of one, that was used before: a client that caches headers (allow it, for GET, by RefuseReplays off), two users on one URL in one millisecond (version 2), or an attack.");

    public static readonly RefusalReason MemoryFull = new(
        ErrorCode.Unavailable, "Not available at the moment, try again later",
        "The replay memory for '{0}' is full, so nothing more of it is accepted: shorten the trust's time-out, or raise the capacity.");

    public static readonly RefusalReason MemoryUnavailable = MemoryFull with
    {
        Advice = "The replay store did not answer, so nobody knows whether '{0}' sent this before: see that the store runs and that this host reaches it.",
    };

    public static readonly RefusalReason MemoryStarting = MemoryFull with
    {
        Advice = "'{0}' sent an assertion that may have been accepted before the replay store started: this ends by itself within two minutes; for a first installation set IsNewInstallation.",
    };

    public static readonly RefusalReason UserUnknown = new(
        ErrorCode.UserUnknown, "Unknown user: {0}",
        "'{1}' asks on behalf of '{0}', whom this application does not know: the two applications need the same user names.");

    public static readonly RefusalReason UserMayNotLogIn = new(
        ErrorCode.PermissionDenied, "Permission denied",
        "'{1}' asks on behalf of '{0}', who exists here and may not log in.");

    public static readonly RefusalReason UserDisabled = UserMayNotLogIn with { Code = ErrorCode.UserDisabled };
}
