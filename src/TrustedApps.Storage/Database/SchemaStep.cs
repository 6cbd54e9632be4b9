namespace TrustedApps.Storage.Database;

/// <summary>One step of the schema, from the one before. Once released it is never changed.</summary>
/// <param name="Number">Its number; the first is 1.</param>
/// <param name="Sqlite">What it does in SQLite.</param>
/// <param name="Postgres">What it does in PostgreSQL.</param>
internal sealed record SchemaStep(int Number, string Sqlite, string Postgres);
