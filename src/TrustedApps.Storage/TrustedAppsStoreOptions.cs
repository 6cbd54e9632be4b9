using TrustedApps.Replay;

namespace TrustedApps.Storage;

/// <summary>Where trusts, own keys and the replay memory are kept, and how fresh they are. Checked when the store is added.</summary>
public sealed class TrustedAppsStoreOptions
{
    /// <summary>The database: a SQLite file name, which is made where there is none; or a connection string of SQLite (<c>Data Source=...</c>) or PostgreSQL (<c>Host=...;Database=...</c>).</summary>
    /// <value>Required. May hold a password: it is never logged.</value>
    public string? Connection { get; set; }

    /// <summary>
    /// How old a node's knowledge of the trusts may be: a trust that was revoked anywhere is refused here within this time. A
    /// node that has not heard of the database for so long refuses trusted requests with UNAVAILABLE.
    /// </summary>
    /// <value>Default 2 seconds; 500 milliseconds to 1 hour.</value>
    public TimeSpan MaxStaleness { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The folder of the ASP.NET Core Data Protection ring that seals this application's own keys in the database; shared by
    /// all nodes, and backed up apart from the database. It is made, for its owner alone, where there is none.
    /// </summary>
    /// <value>Default null: the keys are in a key file, which the scheme's option Keys names.</value>
    public string? KeyFolder { get; set; }

    /// <summary>
    /// With SQLite, whether nothing can have been accepted under this application's id before this start. Otherwise, since
    /// the replay memory is the process's, assertions that may have been accepted before the start are refused with
    /// UNAVAILABLE: see <see cref="InMemoryReplayCacheOptions.IsNewInstallation"/>. Where the store makes this application's keys it knows.
    /// </summary>
    /// <value>Default false. For samples and tests.</value>
    public bool IsNewInstallation { get; set; }

    /// <summary>
    /// With PostgreSQL, how long a request waits for the shared replay memory before it is refused with UNAVAILABLE.
    /// </summary>
    /// <value>Default 1 second; 50 milliseconds to 10 seconds.</value>
    public TimeSpan ReplayTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">A setting is missing or outside its range; the message names it.</exception>
    internal void Require()
    {
        if (string.IsNullOrWhiteSpace(Connection)) throw new ArgumentException("AddTrustedAppsStore: Connection is missing. Name a SQLite file, such as trust.db, or give a PostgreSQL connection string.");
        if (MaxStaleness < TimeSpan.FromMilliseconds(500) || MaxStaleness > TimeSpan.FromHours(1)) throw new ArgumentException("AddTrustedAppsStore: MaxStaleness is to be 500 milliseconds to 1 hour.");
        if (ReplayTimeout < TimeSpan.FromMilliseconds(50) || ReplayTimeout > TimeSpan.FromSeconds(10)) throw new ArgumentException("AddTrustedAppsStore: ReplayTimeout is to be 50 milliseconds to 10 seconds.");
        if (KeyFolder is { Length: 0 }) throw new ArgumentException("AddTrustedAppsStore: KeyFolder is empty. Name a folder that all nodes share, or leave it out and name a key file in Keys.");
    }
}
