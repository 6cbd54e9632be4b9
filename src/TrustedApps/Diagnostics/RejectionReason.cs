namespace TrustedApps.Diagnostics;

/// <summary>
/// A reason for a rejection: its code, the message for the consumer (printable ASCII, {0} for parameters), and the
/// advice for the provider's administrator.
/// </summary>
/// <param name="Id">
/// The stable id for programs, such as <c>grant.signature</c>; see <see cref="Rejection.ReasonId"/>.
/// </param>
/// <param name="Code">The code on the wire.</param>
/// <param name="Message">The message for the consumer.</param>
/// <param name="Advice">The advice for the administrator.</param>
/// <param name="RevealsTrust">
/// Whether it reveals which applications are trusted here before the sender is authenticated.
/// </param>
/// <param name="Brief">The message under version 4, if the other one would repeat encrypted values.</param>
internal sealed record RejectionReason(
    string Id, ErrorCode Code, string Message, string Advice, bool RevealsTrust = false, string? Brief = null)
{
    public static readonly RejectionReason Unspecified = new(
        "unspecified", ErrorCode.Unknown, "Refused", "No reason was recorded.");

    public static readonly RejectionReason DuplicateHeader = new(
        "headers.duplicate",
        ErrorCode.System,
        "The header {0} came more than once",
        "The header {0} came more than once: look for a proxy that repeats headers, or for an attempt to smuggle one past it."
    );

    public static readonly RejectionReason MixedFamilies = new(
        "headers.mixed-dialects", ErrorCode.System, "Headers of two dialects in one request",
        "X-Seraph-Trusted-App-* and X-Trusted-App-* came together: the application must send only one of them.");

    public static readonly RejectionReason ApplicationIdNotFound = new(
        "headers.application-id-missing", ErrorCode.ApplicationIdNotFound, "No application id in the request",
        "The request names no application: the consumer or a proxy in between drops X-Seraph-Trusted-App-ID.");

    public static readonly RejectionReason ProviderIdNotFound = new(
        "headers.provider-id-missing", ErrorCode.ProviderIdNotFound, "No application id in the request",
        "The request names no application: the consumer or a proxy in between drops X-Trusted-App-ProviderID.");

    public static readonly RejectionReason SecretKeyNotFound = new(
        "headers.secret-key-missing", ErrorCode.SecretKeyNotFound, "No secret key in the request",
        "Versions 1 and 2 need X-Seraph-Trusted-App-Key: the consumer or a proxy in between drops it.");

    public static readonly RejectionReason MagicNotFound = new(
        "headers.magic-missing", ErrorCode.MagicNumberNotFound, "No magic number in the request",
        "Versions 1 and 2 need X-Seraph-Trusted-App-Magic: the consumer or a proxy in between drops it.");

    public static readonly RejectionReason ApplicationUnknown = new(
        "application.unknown",
        ErrorCode.ApplicationUnknown,
        "Application not trusted: {0}",
        "No application '{0}' is trusted here: make a trust for it if it should be, with exactly this id.",
        RevealsTrust: true
    );

    public static readonly RejectionReason ApplicationSuspended = ApplicationUnknown with
    {
        Id = "application.suspended",
        Advice = "An administrator has suspended the trust of '{0}': resume it if its requests should be served again.",
    };

    public static readonly RejectionReason TrustsUnavailable = new(
        "trusts.unavailable",
        ErrorCode.Unavailable,
        "Not available at the moment, try again later",
        "The trust store was not refreshed within its bound, so a trust may have been revoked in the meantime: check that its database runs and that this host reaches it."
    );

    public static readonly RejectionReason TrustPending = new(
        "trusts.pending",
        ErrorCode.Unavailable,
        "Not available at the moment, try again later",
        "The certificate of a trust in the configuration has not been fetched yet, and this may be its application: event 46 or 47 says why. See whether the application runs and serves its certificate at CertificateUrl.",
        RevealsTrust: true
    );

    public static readonly RejectionReason VersionNotAccepted = new(
        "version.not-accepted",
        ErrorCode.BadProtocolVersion,
        "Protocol version {0} is not accepted; accepted: {1}",
        "The application speaks version '{0}', its trust accepts {1}: set the application to that, or add the version to the trust (a trust is as weak as its weakest version).",
        RevealsTrust: true
    );

    public static readonly RejectionReason VersionNotRegistered = VersionNotAccepted with
    {
        Id = "version.not-registered",
        Advice =
            "The trust accepts version '{0}', which this program does not verify: add the package TrustedApps.Legacy and call AddLegacyVersions() on the services (without services, set LegacyProtocols), or take the version out of the trust.",
    };

    public static readonly RejectionReason VersionUnsafeHere = new(
        "version.unsafe-over-http",
        ErrorCode.BadProtocolVersion,
        "Protocol version {0} is not accepted here",
        "Anyone who reads one request of version {0} can forge others, and a base URL of this provider is plain http: use https or version 3, or set AllowForgeableVersionsOverHttp.",
        RevealsTrust: true
    );

    public static readonly RejectionReason AddressNotAllowed = new(
        "address.not-allowed",
        ErrorCode.BadRemoteAddress,
        "Requests are not allowed from address {0}",
        "The trust does not allow the address {0}: add it to the trust's addresses (Addresses) if the application sends from there. Behind a proxy, set up forwarded headers first; the IPv4 and IPv6 addresses of a host (127.0.0.1, ::1) are two entries.",
        RevealsTrust: true
    );

    public static readonly RejectionReason ForwardedAddressNotAllowed = new(
        "address.forwarded-not-allowed",
        ErrorCode.BadForwardedAddress,
        "Requests are not allowed by way of address {0}",
        "X-Forwarded-For holds '{0}', which the trust's addresses do not allow: add it, or turn CheckForwardedFor off for this trust.",
        RevealsTrust: true
    );

    public static readonly RejectionReason ForwardedForUnreadable = ForwardedAddressNotAllowed with
    {
        Id = "address.forwarded-unreadable",
        Advice =
            "X-Forwarded-For holds '{0}', which is not an address, so it cannot be compared with the trust's addresses: let the proxy that writes it write addresses, or turn CheckForwardedFor off for this trust.",
    };

    public static readonly RejectionReason KeyNotReadable = new(
        "assertion.key-unreadable",
        ErrorCode.BadMagic,
        "The {0} of application {1} cannot be decrypted",
        "The {0} was not made with the key on record for '{1}': if the application has a new key, fetch its certificate and compare fingerprints before replacing it."
    );

    public static readonly RejectionReason MagicWrong = new(
        "assertion.magic-wrong",
        ErrorCode.BadMagic,
        "The certificate of application {0} does not hold the magic number",
        "The assertion of '{0}' does not end in the magic number: it was changed on the way, or encrypted with another key."
    );

    public static readonly RejectionReason AssertionMalformed = new(
        "assertion.malformed",
        ErrorCode.System,
        "The certificate of application {0} is malformed: {1}",
        "The assertion of '{0}' is malformed ({1}): the application's client is not a genuine one, or its user name cannot be sent safely."
    );

    public static readonly RejectionReason TooOld = new(
        "assertion.expired",
        ErrorCode.OldAssertion,
        "The certificate is too old. Application: {0} Created: {1} Timeout: {2}",
        "The assertion of '{0}' was stamped {1} and is good for {2} ms: compare the clocks of both hosts, then the trust's time-out.",
        Brief: "The assertion is too old"
    );

    public static readonly RejectionReason TooEarly = new(
        "assertion.too-early",
        ErrorCode.FutureAssertion,
        "The certificate is stamped too far ahead. Application: {0} Created: {1}",
        "The assertion of '{0}' was stamped {1}, further ahead than the trust allows: compare the clocks of both hosts, then the trust's FutureTolerance (the newest Atlassian clients need 15 minutes; version 4 allows for the clock skew only).",
        Brief: "The assertion is stamped too far ahead"
    );

    public static readonly RejectionReason NotOurUrl = new(
        "url.other-base",
        ErrorCode.BadUrl,
        "The URL is not one of this application: {0}",
        "The request came for {0}, which is not one of the BaseUrls: add it if users reach the application by it."
    );

    public static readonly RejectionReason NotOurScheme = NotOurUrl with
    {
        Id = "url.other-scheme",
        Advice =
            "The request came for {0}, which differs from one of the BaseUrls in the scheme alone: a proxy in front ends TLS. Let it send X-Forwarded-Proto, and read the header with UseForwardedHeaders, or ASPNETCORE_FORWARDEDHEADERS_ENABLED=true. Do not add {0} to BaseUrls.",
    };

    public static readonly RejectionReason NotOurOrigin = NotOurUrl with
    {
        Id = "url.other-origin",
        Advice =
            "The request came for {0}, which differs from one of the BaseUrls in scheme, host or port alone. If a proxy in front changes them, let it pass the original Host on, or send X-Forwarded-Host, and X-Forwarded-Proto, and read them with UseForwardedHeaders. Add {0} to BaseUrls only if users reach the application by it.",
    };

    public static readonly RejectionReason NotOriginForm = new(
        "url.not-a-path",
        ErrorCode.BadUrl,
        "The request target is not a path",
        "The request line holds a whole URL or a *, not a path: clients send that to proxies only. Is this application asked as if it were one?"
    );

    public static readonly RejectionReason UrlTooLong = new(
        "url.too-long", ErrorCode.BadUrl, "The URL is too long: use POST",
        "Path and query have {0} characters, and at most 16,384 are looked at: have the application send a long query as the content of a POST.");

    public static readonly RejectionReason SignatureMissing = new(
        "signature.missing", ErrorCode.BadSignature, "No signature in a request of version {0}",
        "Version {0} needs a signature of the URL: the consumer or a proxy in between drops the Signature header.");

    public static readonly RejectionReason SignatureWrong = new(
        "signature.wrong",
        ErrorCode.BadSignature,
        "The signature is not for this URL: {0}",
        "The signature is not for {1}: the application asked for another URL (does a proxy change host, path or query on the way? then configure BaseUrls and PathPrefix), or it signs with another key."
    );

    public static readonly RejectionReason MethodNotAllowed = new(
        "conditions.method",
        ErrorCode.BadMethod,
        "Requests are not allowed with method {0}",
        "The trust does not allow the method {0}: add it to the trust's methods (Methods) if the application needs it (versions 1 to 3 and Warwick do not sign the method)."
    );

    public static readonly RejectionReason UrlNotAllowed = new(
        "conditions.url",
        ErrorCode.BadUrl,
        "Requests are not allowed to {0}",
        "The trust's URL patterns do not allow {0}, or its path has more than one reading (encoded slashes, dot segments, ';'): add a pattern to the trust's Urls if the application needs it."
    );

    public static readonly RejectionReason UserNotAllowed = new(
        "conditions.user", ErrorCode.PermissionDenied, "Permission denied",
        "The trust of '{0}' does not allow requests for the user '{1}': change its AllowUsers or DenyUsers if it should.");

    public static readonly RejectionReason Replayed = new(
        "replay.repeated",
        ErrorCode.Replayed,
        "The request, or a part of it, was used before",
        "'{0}' sent an assertion, or a part of one, that was used before: a proxy that sends requests again (nginx: proxy_next_upstream off), a client that sends the same headers again, under version 2 two users on one URL in one millisecond, or an attack."
    );

    public static readonly RejectionReason MemoryFull = new(
        "replay.cache-full",
        ErrorCode.Unavailable,
        "Not available at the moment, try again later",
        "The replay cache for '{0}' is full, so no more of its requests are accepted: shorten the trust's time-out, or raise the capacity."
    );

    public static readonly RejectionReason MemoryUnavailable = MemoryFull with
    {
        Id = "replay.cache-unavailable",
        Advice =
            "The replay cache did not answer, or answered with an error, so a replay of this assertion of '{0}' cannot be excluded: the log has the cause (events 58 to 62 and 66).",
    };

    public static readonly RejectionReason MemoryStarting = MemoryFull with
    {
        Id = "replay.cache-starting",
        Advice =
            "'{0}' sent an assertion that may have been accepted before this start, of which the replay cache has no record: this ends by itself half a minute after the start, under older versions a minute after the trust's FutureTolerance (lower it for clients that stamp at the present). If this is the application's very first start, set IsNewInstallation to true.",
    };

    public static readonly RejectionReason UserUnknown = new(
        "user.unknown",
        ErrorCode.UserUnknown,
        "Unknown user: {0}",
        "'{1}' asks on behalf of '{0}', whom this application does not know: create the user here, or let the IUserResolver find the user under this name.",
        Brief: "Unknown user"
    );

    public static readonly RejectionReason UserMayNotLogIn = new(
        "user.may-not-log-in", ErrorCode.PermissionDenied, "Permission denied",
        "'{1}' asks on behalf of '{0}', who exists here and may not log in.");

    public static readonly RejectionReason RejectedByEvent = new(
        "event.rejected", ErrorCode.PermissionDenied, "Permission denied",
        "'{0}' made a valid request on behalf of '{1}', and this application's OnAuthenticated event rejected it: {2}.");

    public static readonly RejectionReason UserNotResolved = new(
        "user.unavailable",
        ErrorCode.Unavailable,
        "Not available at the moment, try again later",
        "'{1}' asks on behalf of '{0}', and the user resolver could not find out whether that is a user: check that the directory or database of users runs and that this host reaches it."
    );

    // one message for all of them: the provider's log names the reason
    private const string BadGrant = "The grant is not accepted";

    public static readonly RejectionReason GrantMalformed = new(
        "grant.malformed",
        ErrorCode.BadGrant,
        BadGrant,
        "The grant of '{0}' is malformed ({1}): the application's client is not a genuine one, or a proxy changes headers."
    );

    public static readonly RejectionReason GrantKeyUnknown = new(
        "grant.key-unknown",
        ErrorCode.BadGrant,
        BadGrant,
        "The grant of '{0}' is signed with the key {1}, which is not on record: if the application has a new key, its certificate is fetched again by itself where the trust has a base URL; otherwise compare fingerprints and replace it."
    );

    public static readonly RejectionReason GrantSignatureWrong = new(
        "grant.signature", ErrorCode.BadGrant, BadGrant,
        "The grant of '{0}' is not signed with the key it names: another party made it, or it was changed on the way.");

    public static readonly RejectionReason GrantNotReadable = new(
        "grant.unreadable",
        ErrorCode.BadGrant,
        BadGrant,
        "The session key in the grant of '{0}' does not open with any key of this application: does the consumer have this application's present certificate? Restored from a backup, keys may be older than it."
    );

    public static readonly RejectionReason GrantIdTaken = new(
        "grant.id-taken",
        ErrorCode.BadGrant,
        BadGrant,
        "'{0}' sent a second grant with the jti of another: a client that does not make a new one each time, or an attack."
    );

    public static readonly RejectionReason GrantRejectedBefore = new(
        "grant.rejected-before", ErrorCode.BadGrant, BadGrant,
        "'{0}' sent a grant that was refused less than a minute ago: see the line before.");

    public static readonly RejectionReason GrantDropped = new(
        "grant.dropped",
        ErrorCode.BadGrant,
        BadGrant,
        "The grant of '{0}' was dropped while the request was on its way: its trust changed just now. The application makes a new one by itself."
    );

    public static readonly RejectionReason GrantForOtherProvider = new(
        "grant.other-provider",
        ErrorCode.BadAudience,
        "The grant is for another provider",
        "The grant of '{0}' is not for '{1}', this application: has the consumer pinned the certificate of another one for this base URL? Compare the fingerprints there. If they are right, an attacker may be relaying requests.",
        RevealsTrust: true
    );

    public static readonly RejectionReason GrantForOtherBase = new(
        "grant.other-base",
        ErrorCode.BadAudience,
        "The grant is for another base URL",
        "The grant of '{0}' is for a base URL that is not one of BaseUrls: add the consumer's BaseUrl to them if applications must reach this one by it; if not, an attacker may be relaying requests.",
        RevealsTrust: true
    );

    public static readonly RejectionReason GrantExpired = new(
        "grant.expired", ErrorCode.OldAssertion, "The grant has expired",
        "The grant of '{0}' has expired: compare the clocks of both hosts.", RevealsTrust: true);

    public static readonly RejectionReason GrantTooEarly = new(
        "grant.too-early",
        ErrorCode.FutureAssertion,
        "The grant is stamped too far ahead",
        "The grant of '{0}' is stamped further ahead than the clock skew allows: compare the clocks of both hosts.",
        RevealsTrust: true
    );

    public static readonly RejectionReason TooManyFailedGrants = new(
        "grant.too-many-failures",
        ErrorCode.Unavailable,
        "Too many grants failed, try again later",
        "Forged or broken grants that name '{0}' use more processor time than they may, so a new one from {1} waited a second for its turn in vain: find out who sends them. Grants accepted before are not affected, and a genuine new one succeeds at one of its next tries.",
        RevealsTrust: true
    );

    public static readonly RejectionReason OwnKeyUnavailable = new(
        "grant.own-key-unavailable",
        ErrorCode.Unavailable,
        "Not available at the moment, try again later",
        "This application's own private key, which opens the grant of '{0}', did not answer ({1}): check the service or module that holds it.",
        RevealsTrust: true
    );

    public static readonly RejectionReason NoRoomForGrant = new(
        "grant.cache-full",
        ErrorCode.Unavailable,
        "Not available at the moment, try again later",
        "There is no room for a grant of '{0}': more applications and processes than the bound on cached grants allows.",
        RevealsTrust: true
    );

    public static readonly RejectionReason AssertionNotReadable = new(
        "assertion.unreadable",
        ErrorCode.BadMagic,
        "The assertion cannot be decrypted",
        "The assertion of '{0}' does not open with the session key of its grant, or is not a valid JWE of version 4: it was changed on the way, or belongs to another grant."
    );

    public static readonly RejectionReason ClaimsMalformed = new(
        "assertion.claims-malformed",
        ErrorCode.System,
        "The assertion is malformed",
        "The claims of '{0}' are malformed ({1}): the application's client is not a genuine one, or its user name cannot be sent safely."
    );

    public static readonly RejectionReason LegacyHeaderBeside = new(
        "headers.other-version",
        ErrorCode.System,
        "Headers of two versions in one request",
        "A request of version 4 has a Magic or Signature header as well: the application must send the headers of one version only."
    );

    public static readonly RejectionReason HeaderTooLong = new(
        "headers.too-long",
        ErrorCode.System,
        "A header is too long",
        "Key or Cert has more than 8,000 characters: no genuine client writes such headers, unless its URLs are that long."
    );

    public static readonly RejectionReason TargetForm = new(
        "request.target-form",
        ErrorCode.System,
        "The request target is not a path",
        "The request line holds a * or an authority, or a whole URL that this server routes by other rules than a path: clients send these to proxies only."
    );

    public static readonly RejectionReason TunnelOrUpgrade = new(
        "request.tunnel-or-upgrade",
        ErrorCode.System,
        "Tunnels and upgrades are not made on behalf of a user",
        "The request asks for CONNECT, or for an upgrade to another protocol than HTTP/2: what would come after it is not signed."
    );

    public static readonly RejectionReason OverrideHeader = new(
        "request.override-header",
        ErrorCode.System,
        "The header {0} is not allowed here",
        "The header {0} asks frameworks to serve another method or URL than the one that was signed: have the application, or the proxy in between, leave it out."
    );

    public static readonly RejectionReason NotForThisMethod = new(
        "binding.method", ErrorCode.BadSignature, "The assertion is for another request",
        "The assertion of '{0}' is for another method than the request's: a proxy that changes it, or an attack.");

    public static readonly RejectionReason NotForThisUrl = NotForThisMethod with
    {
        Id = "binding.url",
        Advice =
            "The assertion of '{0}' is for another path or query than the request's: a proxy that changes the URL on the way (if it strips a prefix, configure PathPrefix), or an attack.",
    };

    public static readonly RejectionReason NotForThisContentType = NotForThisMethod with
    {
        Id = "binding.content-type",
        Advice =
            "The assertion of '{0}' is for another Content-Type than the request's: a proxy that changes it, or an attack.",
    };

    public static readonly RejectionReason NotForThisHeader = NotForThisMethod with
    {
        Id = "binding.header",
        Advice =
            "The assertion of '{0}' binds a header that the request does not have exactly once with exactly that value, or that its Connection header names: a proxy that changes it, or an attack.",
    };

    public static readonly RejectionReason SelfNotAllowed = new(
        "conditions.self", ErrorCode.PermissionDenied, "Permission denied",
        "'{0}' acts as itself, on behalf of no user, which its trust does not allow: set AllowSelf if it should.");

    public static readonly RejectionReason DelegationNotAllowed = new(
        "conditions.delegation",
        ErrorCode.PermissionDenied,
        "Permission denied",
        "'{0}' passes on what '{1}' asked of it, which its trust does not allow: if it should, set AllowDelegation, and list these ids in DelegatedFrom if that is set."
    );

    public static readonly RejectionReason ScopeNotAllowed = new(
        "conditions.scope",
        ErrorCode.PermissionDenied,
        "Permission denied",
        "'{0}' asks for the scope '{1}', which its trust does not list: add it to Scopes if the application should have it."
    );

    public static readonly RejectionReason GrantNeeded = new(
        "grant.needed",
        ErrorCode.GrantNeeded,
        "The key grant is needed",
        "The request of '{0}' names a key grant that is not kept here: after a restart, on another node or after a change of the trust that is usual, and the application sends it again with the grant."
    );

    public static readonly RejectionReason HeaderNotBound = NotForThisMethod with
    {
        Id = "binding.header-required",
        Advice =
            "The request of '{0}' has the header {1}, which RequiredHeaders demands to be bound, and its assertion does not bind it: have the application bind it (BindHeader).",
    };

    public static readonly RejectionReason DigestWrong = new(
        "content.digest",
        ErrorCode.BadDigest,
        "The content is not the one of the assertion",
        "The content that came is not the one for which '{0}' made the assertion: something changes content on the way, or decompresses it before authentication (UseRequestDecompression goes after UseAuthentication), or an attack."
    );

    public static readonly RejectionReason ContentNotClaimed = new(
        "content.not-bound",
        ErrorCode.BadDigest,
        "There is content of which the assertion says nothing",
        "The request of '{0}' has content that the assertion does not bind: it was added on the way, or the application's client is not a genuine one."
    );

    public static readonly RejectionReason ContentUnbound = new(
        "content.unbound-not-allowed",
        ErrorCode.BadDigest,
        "Content has to be bound to the assertion",
        "'{0}' sends content without a digest, which its trust does not allow: have it send a digest, or set AllowUnboundContent."
    );

    public static readonly RejectionReason ContentBroken = new(
        "content.broken", ErrorCode.BadDigest, "The content did not arrive",
        "The content of the request of '{0}' could not be read to its end.");

    public static readonly RejectionReason ContentTooLarge = new(
        "content.too-large",
        ErrorCode.ContentTooLarge,
        "The content is larger than what is checked at once",
        "'{0}' sends more content than MaxBufferedContent: raise it, or let the endpoint stream (StreamTrustedContent)."
    );

    /// <summary>
    /// The end of the messages of refusals after the content. The consumer does not send such a request again: its
    /// assertion was accepted, and what it asks for may have taken minutes.
    /// </summary>
    internal const string AfterContent = " (after the content: do not send again)";

    public static readonly RejectionReason TrustRemovedMeanwhile = new(
        "content.trust-removed",
        ErrorCode.ApplicationUnknown,
        "Application not trusted: {0}" + AfterContent,
        "The trust of '{0}' was removed or suspended while its request was judged or its content arrived. The request was not served."
    );

    public static readonly RejectionReason TrustChangedMeanwhile = new(
        "content.trust-changed",
        ErrorCode.BadGrant,
        BadGrant + AfterContent,
        "The trust of '{0}' was changed while its request was judged or its content arrived. The request was not served; the next one is judged by the new trust."
    );

    public static readonly RejectionReason TrustsLostMeanwhile = new(
        "content.trusts-unavailable",
        ErrorCode.Unavailable,
        "Not available at the moment" + AfterContent,
        "The trust store was not refreshed within its bound while a request of '{0}' was judged or its content arrived, so its trust may have been revoked: check that its database runs and that this host reaches it."
    );

    public static readonly RejectionReason ContentTooLate = new(
        "content.too-late",
        ErrorCode.OldAssertion,
        "The content came too late" + AfterContent,
        "The content of the request of '{0}' was complete, or the request judged, only when its assertion was older than the time-out, the clock skew and MaxContentTime together. Find out what is slow: this application's keys, replay cache or user resolver, or its uploads. For these raise MaxContentTime, or let the endpoint stream (StreamTrustedContent)."
    );

    public static readonly RejectionReason Concealed = new(
        "concealed", ErrorCode.BadGrant, BadGrant, "One response for every reason that would reveal which applications are trusted here.");

    public static readonly RejectionReason UserDisabled = UserMayNotLogIn with
    {
        Id = "user.disabled",
        Code = ErrorCode.UserDisabled,
    };
}
