namespace TrustedApps.Storage.Database;

/// <summary>A step from one schema version to the next. A released step never changes.</summary>
/// <param name="Number">The version that it leads to; the first is 1.</param>
/// <param name="Sqlite">The SQL for SQLite.</param>
/// <param name="Postgres">The SQL for PostgreSQL.</param>
internal sealed record SchemaStep(int Number, string Sqlite, string Postgres);
