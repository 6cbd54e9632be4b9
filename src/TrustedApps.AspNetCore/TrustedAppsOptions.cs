using Microsoft.AspNetCore.Authentication;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore;

/// <summary>
/// Options of a provider: its own application and the applications that it trusts. The overloads of AddTrustedApps with
/// a section bind every property from configuration, and reject a setting that would bind to more than it states.
/// Validated at start-up.
/// </summary>
public sealed class TrustedAppsOptions : AuthenticationSchemeOptions
{
    /// <summary>Creates the options with their defaults.</summary>
    public TrustedAppsOptions() => Events = new TrustedAppsEvents();

    /// <summary>The events of the scheme, in code only.</summary>
    /// <value>Default events that do nothing. A class that needs services: see <c>EventsType</c>.</value>
    public new TrustedAppsEvents Events
    {
        get => (TrustedAppsEvents)base.Events!;
        set => base.Events = value;
    }

    /// <summary>The events as the base class has them, before they are validated.</summary>
    internal object? UncheckedEvents => base.Events;

    /// <summary>This application's own id; needed to serve its certificate.</summary>
    public string? Id { get; set; }

    /// <summary>
    /// The name of this application in its certificate of version 4, which administrators of other applications see.
    /// </summary>
    /// <value>
    /// Default null: the id. Otherwise 1 to 255 characters without control and bidirectional-formatting characters.
    /// </value>
    public string? Name { get; set; }

    /// <summary>
    /// The key file of this application, as <c>trusted-apps keys new</c> makes it. Version 4 and the served certificate
    /// require it, unless an <see cref="IKeyStore"/> is registered under the scheme's name. A file that replaces it is
    /// used within seconds; see <see cref="KeyFileStore"/>.
    /// </summary>
    /// <value>Absolute, or relative to the content root of the host, as appsettings.json is.</value>
    public string? Keys { get; set; }

    /// <summary>What to do about the section of the scheme, if it does not exist; null if it does.</summary>
    internal string? MissingSection { get; set; }

    /// <summary>The path of the section that the options come from; null if they are set in code alone.</summary>
    internal string? SectionPath { get; set; }

    /// <summary>
    /// The places of this application's own keys where they are not in a key file: PEM or PKCS#12 files, or an X.509
    /// store; see <see cref="KeySourceStore"/>. An alternative to <see cref="Keys"/>; set <see cref="ReplayFile"/> too.
    /// </summary>
    /// <value>Default null. Its id may be left out where <see cref="Id"/> is set.</value>
    public KeySourceOptions? KeySource { get; set; }

    /// <summary>
    /// The public base URLs of this application, as clients use them: scheme, authority and path in normal form. Each
    /// trusted request must be for one of them, byte for byte.
    /// </summary>
    /// <value>At least one, such as <c>https://tracker.example/app</c>.</value>
    public IList<string> BaseUrls { get; } = [];

    /// <summary>
    /// The path that a reverse proxy strips from the beginning of each URL without an X-Forwarded-Prefix header.
    /// </summary>
    /// <value>
    /// Default empty; otherwise begins with a slash and does not end with one, percent-encoded as in the base URL.
    /// </value>
    public string PathPrefix { get; set; } = "";

    /// <summary>
    /// The applications that are trusted. Changes in the configuration take effect while the host runs; these options
    /// stay as they were at the start.
    /// </summary>
    public IList<TrustedApplicationOptions> Applications { get; } = [];

    /// <summary>
    /// Whether a rejected request of an older version gets 401 immediately, even if the endpoint allows anonymous
    /// users. Otherwise it is anonymous, as in the original, and the endpoint decides. A rejected request of version 4
    /// always gets its response immediately.
    /// </summary>
    public bool RejectOutright { get; set; }

    /// <summary>
    /// Whether versions 1 and 2 are accepted although a base URL is plain http and not loopback. An attacker who reads
    /// one request there can make others for any user.
    /// </summary>
    public bool AllowForgeableVersionsOverHttp { get; set; }

    /// <summary>Whether version 4 is accepted although a base URL is plain http and not loopback.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>The accepted difference between the clocks of consumer and provider under version 4.</summary>
    /// <value>Default 30 seconds; zero to 60 seconds, in whole seconds.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether no assertion can have been accepted under this application's id before this start. Otherwise the first
    /// start refuses requests with UNAVAILABLE for about half a minute, because they may have been accepted before. Has
    /// no effect once there is a <see cref="ReplayFile"/>, and with a replay cache in PostgreSQL.
    /// </summary>
    /// <value>Default false. For the first start ever, samples and tests.</value>
    public bool IsNewInstallation { get; set; }

    /// <summary>
    /// The file in which the replay cache survives a restart. After an orderly stop requests are accepted at once, and
    /// after a crash within a few seconds. The process must be able to write it, and a file of the same name with
    /// <c>.run</c>. No two processes share it.
    /// </summary>
    /// <value>
    /// Default null: the name of <see cref="Keys"/>, or else of the store's SQLite file, with <c>.replay</c>. Empty:
    /// there is none, and each start refuses requests with UNAVAILABLE for about half a minute.
    /// </value>
    public string? ReplayFile { get; set; }

    /// <summary>The longest accepted lifetime of a key grant of version 4.</summary>
    /// <value>Default 1 hour; 1 minute to 1 hour.</value>
    /// <remarks>
    /// Less than 15 minutes refuses consumers that demand proofs of responses, with BAD_GRANT: their grants are dated
    /// back by 5 minutes (specification version-4.md, section 5).
    /// </remarks>
    public TimeSpan MaxGrantLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The most content that version 4 holds in memory to verify it before the application reads it.</summary>
    /// <value>Default 1 MiB; zero to 1 GiB, in bytes.</value>
    /// <remarks>
    /// Of a response whose proof is demanded as much is held until its digest is known, but 1 MiB at most.
    /// </remarks>
    public int MaxBufferedContent { get; set; } = 1 << 20;

    /// <summary>
    /// The time that the content of a version 4 request may take to arrive, beyond the time for which its assertion is
    /// good. What is complete later is rejected with OLD_CERT; endpoints that stream have no such limit.
    /// </summary>
    /// <value>Default 60 seconds; zero to 1 hour.</value>
    public TimeSpan MaxContentTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Headers that assertions of version 4 must bind if the request has them, such as <c>Idempotency-Key</c>. An
    /// unbound one is rejected with BAD_SIGNATURE. See <see cref="AssertionVerifierOptions.RequiredHeaders"/>.
    /// </summary>
    /// <value>Default none. Names in any case.</value>
    public IList<string> RequiredHeaders { get; } = [];

    /// <summary>
    /// Whether unknown applications, and versions and addresses that a trust does not allow, all get BAD_GRANT. The log
    /// has the reason.
    /// </summary>
    public bool ConcealTrusts { get; set; }

    /// <summary>
    /// Whether certificates of version 4 are fetched again every 24 hours, and when a key grant names an unknown key.
    /// </summary>
    /// <value>Default true.</value>
    public bool RefreshCertificates { get; set; } = true;

    /// <summary>The time that a new certificate waits when it drops a signing key on record.</summary>
    /// <value>Default 24 hours; zero to 30 days.</value>
    public TimeSpan CertificateHold { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Whether certificates may be fetched from private and loopback addresses.</summary>
    /// <value>Default true: both applications often live in one network.</value>
    public bool AllowPrivateAddresses { get; set; } = true;
}
