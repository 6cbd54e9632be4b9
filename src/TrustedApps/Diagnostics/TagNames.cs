namespace TrustedApps.Diagnostics;

/// <summary>The names of tags, of metrics and activities alike; docs/telemetry.md says what each means.</summary>
internal static class TagNames
{
    /// <summary>Only of trusted applications and pinned providers: see <see cref="BoundedTagValues"/>.</summary>
    public const string ApplicationId = "trusted_apps.application.id";

    public const string CertificateOutcome = "trusted_apps.certificate.outcome";

    public const string Code = "trusted_apps.code";

    public const string KeyGrant = "trusted_apps.key_grant";

    public const string Outcome = "trusted_apps.outcome";

    public const string PrivateKeyOperation = "trusted_apps.private_key.operation";

    /// <summary><see cref="Rejection.ReasonId"/>.</summary>
    public const string Reason = "trusted_apps.rejection.reason";

    public const string TrustState = "trusted_apps.trust.state";

    public const string Version = "trusted_apps.version";

    // of OpenTelemetry's semantic conventions
    public const string ErrorType = "error.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
}
