namespace TrustedApps.Storage.Database;

/// <summary>Writes the audit trail.</summary>
internal static class AuditTrail
{
    /// <summary>Adds an entry. Its number is the database's; that of the argument is ignored.</summary>
    public static Task AddAuditAsync(
        this StoreConnection connection,
        AuditEntry entry,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            $"""
            INSERT INTO trusted_apps_audit (at, administrator, action, subject, before, after)
            VALUES ({entry.At}, {entry.Administrator}, {entry.Action}, {entry.Subject}, {entry.Before}, {entry.After})
            """,
            cancellationToken
        );
}
