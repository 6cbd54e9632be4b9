namespace TrustedApps.Storage.Database;

/// <summary>
/// The second schema: the last accepted and the last refused request apart. The counts of the last day say which of
/// both the earlier column meant; older times are dropped, because nothing does.
/// </summary>
internal static class SecondStep
{
    private const string Statements = """
        CREATE TABLE trusted_apps_last_outcomes (
            application_id text NOT NULL PRIMARY KEY,
            accepted_at bigint,
            refused_at bigint);
        INSERT INTO trusted_apps_last_outcomes (application_id, accepted_at, refused_at)
            SELECT application_id,
                max(CASE WHEN code = 'OK' THEN minute * 60000 END),
                max(CASE WHEN code <> 'OK' THEN minute * 60000 END)
            FROM trusted_apps_request_counts GROUP BY application_id;
        DROP TABLE trusted_apps_last_requests;

        """;

    public static SchemaStep Step { get; } = new(2, Sqlite: Statements, Postgres: Statements);
}
