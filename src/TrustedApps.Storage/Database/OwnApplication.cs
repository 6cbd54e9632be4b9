namespace TrustedApps.Storage.Database;

/// <summary>Refuses an application that would trust itself (specification version-4.md, section 2).</summary>
internal static class OwnApplication
{
    /// <summary>
    /// Ensures that an id is another application's. The tool does not know the id of the application that uses the
    /// store, so the ids whose keys are in the store count, too.
    /// </summary>
    /// <exception cref="AdministrationException">The id is this application's own.</exception>
    public static async Task RequireOtherAsync(
        this StoreConnection connection, string id, string? ownId, CancellationToken cancellationToken)
    {
        bool isOwn = id == ownId
            || await connection.ReadNumberAsync(
                $"SELECT count(*) FROM trusted_apps_keys WHERE id = {id}", cancellationToken) > 0;
        if (!isOwn) return;
        throw new AdministrationException(
            AdministrationProblem.Invalid,
            $"'{id}' is this application's own id. An application does not trust itself. If the other one is meant, it needs an id of its own."
        );
    }
}
