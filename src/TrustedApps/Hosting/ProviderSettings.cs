namespace TrustedApps.Hosting;

/// <summary>
/// The settings of a provider that its stores need: a store of trusts, keys or replay entries reads them from the
/// services. A host registers one for each of its schemes.
/// </summary>
/// <remarks>
/// The authentication scheme of ASP.NET Core registers its settings itself. A worker without that scheme registers an
/// instance, or uses the default values.
/// </remarks>
public sealed record ProviderSettings
{
    /// <summary>The name of a scheme that was added without a name.</summary>
    public const string DefaultScheme = "TrustedApps";

    /// <summary>The name of the scheme.</summary>
    /// <value>Default <see cref="DefaultScheme"/>.</value>
    public string Scheme { get; init; } = DefaultScheme;

    /// <summary>The id of this application.</summary>
    /// <value>Default null: no id is configured.</value>
    public string? ApplicationId { get; init; }

    /// <summary>The accepted difference between the clocks of consumer and provider under version 4.</summary>
    /// <value>Default 30 seconds; zero to 60 seconds, in whole seconds.</value>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether certificates of version 4 are fetched again every 24 hours, and when a key grant names an unknown key.
    /// </summary>
    /// <value>Default true.</value>
    public bool RefreshCertificates { get; init; } = true;

    /// <summary>The time that a new certificate waits when it drops a signing key on record.</summary>
    /// <value>Default 24 hours; zero to 30 days.</value>
    public TimeSpan CertificateHold { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether certificates may be fetched over plain http.</summary>
    /// <value>Default false.</value>
    public bool AllowHttp { get; init; }

    /// <summary>Whether certificates may be fetched from private and loopback addresses.</summary>
    /// <value>Default true: both applications often live in one network.</value>
    public bool AllowPrivateAddresses { get; init; } = true;

    /// <summary>The file in which a replay cache in memory survives a restart.</summary>
    /// <value>Default null: the store or host chooses one. Empty: there is none.</value>
    public string? ReplayFile { get; init; }

    /// <summary>
    /// Whether no assertion can have been accepted under this application's id before this start, so that a replay
    /// cache in memory need not wait.
    /// </summary>
    /// <value>Default false.</value>
    public bool IsNewInstallation { get; init; }
}
