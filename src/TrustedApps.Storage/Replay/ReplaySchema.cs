using System.Globalization;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// The tables of the shared replay cache in PostgreSQL. They are part of the first step of the schema.
/// </summary>
internal static class ReplaySchema
{
    private const string OnceOnlyPrefix = "trusted_apps_replay_once_";

    /// <summary>
    /// The tables and the state row. Version 4 has a ring of tables, each with the keys of one bucket of time. TRUNCATE
    /// empties it before a vacuum would be worthwhile. Older versions have one table. All tables are logged, so they
    /// survive a crash.
    /// </summary>
    public static string Postgres { get; } =
        $"""
            CREATE TABLE trusted_apps_replay_state (
                only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
                start_horizon bigint NOT NULL, -- seconds since 1970: what was issued by then may have been accepted and lost
                created_horizon bigint NOT NULL, -- the first start_horizon, as long as no other server took over
                started bigint NOT NULL, -- milliseconds since 1970: what was accepted by then may be lost
                drop_horizon bigint NOT NULL CHECK ((drop_horizon + 1) % {ReplayRing.BucketSeconds} = 0), -- seconds: version 4's marks up to here are gone
                legacy_horizon bigint NOT NULL, -- milliseconds: what ended by then is gone
                timeline integer NOT NULL, -- of the server that knows all this
                system_identifier bigint NOT NULL,
                table_oid bigint NOT NULL); -- of this table: another one after a restore
            INSERT INTO trusted_apps_replay_state (start_horizon, created_horizon, started, drop_horizon, legacy_horizon, timeline, system_identifier, table_oid)
                SELECT ceil(now)::bigint + 60, ceil(now)::bigint + 60, floor(now * 1000)::bigint, -1, -1, {CurrentTimeline}, {CurrentSystem}, {CurrentTable}
                FROM (SELECT extract(epoch FROM clock_timestamp()) AS now) AS clock;
            CREATE TABLE trusted_apps_replay_legacy (mark uuid PRIMARY KEY, companion uuid NOT NULL, bucket bigint NOT NULL);
            CREATE INDEX trusted_apps_replay_legacy_bucket ON trusted_apps_replay_legacy (bucket);
            {string.Join(
                '\n',
                Enumerable.Range(0, ReplayRing.Slots).Select(slot =>
                    $"CREATE TABLE {OnceOnlyTable(slot)} (mark uuid PRIMARY KEY) WITH (autovacuum_enabled = false);"
                )
            )}
            """;

    /// <summary>
    /// SQL for the current timeline of the server. pg_control_checkpoint() shows the old one until the first checkpoint
    /// after a fail-over is complete.
    /// </summary>
    public const string CurrentTimeline = "('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer";

    /// <summary>SQL for the identity of the cluster.</summary>
    public const string CurrentSystem = "(SELECT system_identifier FROM pg_control_system())";

    /// <summary>
    /// SQL for the identity of the state table. A restore from a dump brings back the rows, but not this number.
    /// </summary>
    public const string CurrentTable = "'trusted_apps_replay_state'::regclass::oid::bigint";

    /// <summary>
    /// The first number of the advisory locks; the second is a slot of the ring, or <see cref="LegacyLock"/>.
    /// </summary>
    public const int LockClass = 0x5472_7573; // any number that other programs are unlikely to use

    /// <summary>The second number of the lock that writers of older versions take in turn.</summary>
    public const int LegacyLock = ReplayRing.Slots;

    /// <summary>The table of older versions, and of the heartbeats of nodes.</summary>
    public const string LegacyTable = "trusted_apps_replay_legacy";

    /// <summary>The table of a slot of the ring.</summary>
    public static string OnceOnlyTable(int slot) =>
        string.Create(CultureInfo.InvariantCulture, $"{OnceOnlyPrefix}{slot:D2}");
}
