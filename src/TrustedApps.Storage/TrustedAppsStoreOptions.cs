namespace TrustedApps.Storage;

/// <summary>
/// The options of a store: its database, where own keys are, and how fresh each node is. Validated when the host
/// starts.
/// </summary>
public sealed class TrustedAppsStoreOptions
{
    /// <summary>
    /// The database: the name of a SQLite file, which is created if it is missing; or a connection string of SQLite
    /// (<c>Data Source=...</c>) or PostgreSQL (<c>Host=...;Database=...</c>).
    /// </summary>
    /// <value>Required. May hold a password: it is never logged.</value>
    public string? Connection { get; set; }

    /// <summary>
    /// The greatest age of a node's copy of the trusts: a trust that is revoked anywhere is refused here within this
    /// time. A node whose database has not answered for so long refuses trusted requests with UNAVAILABLE.
    /// </summary>
    /// <value>Default 2 seconds; 500 milliseconds to 1 hour.</value>
    public TimeSpan MaxStaleness { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The folder of the ASP.NET Core Data Protection key ring that encrypts this application's own keys in the
    /// database. All nodes share it. Back it up apart from the database. It is created, for its owner alone, if it is
    /// missing.
    /// </summary>
    /// <value>
    /// Default null: the keys are in a key file, which the option Keys of the scheme names. Set it where the store is
    /// added, and not in a later PostConfigure: it decides there whether the store keeps own keys.
    /// </value>
    public string? KeyFolder { get; set; }

    /// <summary>
    /// The time for which a key of this application that decrypts is in use, if the store keeps own keys
    /// (<see cref="KeyFolder"/>). Then the next one takes its place without an administrator; the old one opens key
    /// grants for 50 hours and a minute more, and is destroyed (specification version-4.md, section 2).
    /// </summary>
    /// <value>
    /// Default 1 day; 1 to 90 days, or zero for never. Zero is needed where consumers cannot fetch the certificate.
    /// </value>
    public TimeSpan EncryptionKeyRotation { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// With PostgreSQL, how long a request waits for the shared replay cache before it is refused with UNAVAILABLE.
    /// </summary>
    /// <value>Default 1 second; 50 milliseconds to 10 seconds.</value>
    public TimeSpan ReplayTimeout { get; set; } = TimeSpan.FromSeconds(1);
}
