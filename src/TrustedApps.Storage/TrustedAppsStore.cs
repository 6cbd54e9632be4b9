using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Storage.Checks;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage;

/// <summary>A store, to be administered. Applications add theirs with <see cref="TrustedAppsStoreExtensions"/>; this is for tools beside them.</summary>
public sealed class TrustedAppsStore : IAsyncDisposable
{
    private readonly StoreDatabase _database;

    internal TrustedAppsStore(StoreDatabase database, StoreWriter writer, TimeProvider time, Func<string, bool> isConfigured)
    {
        _database = database;
        Trusts = new TrustAdministration(database, writer, time, isConfigured);
        Providers = new ProviderAdministration(database, writer, time);
        Reports = new StoreReports(database, time);
    }

    /// <summary>The trusts.</summary>
    public TrustAdministration Trusts { get; }

    /// <summary>The providers that the application asks.</summary>
    public ProviderAdministration Providers { get; }

    /// <summary>What happened.</summary>
    public StoreReports Reports { get; }

    /// <summary>Opens a store, making its tables or bringing them up to date.</summary>
    /// <param name="connection">A SQLite file name, or a connection string of SQLite or PostgreSQL.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The store.</returns>
    /// <exception cref="ArgumentException">The connection is neither.</exception>
    /// <exception cref="InvalidOperationException">The store was made by a newer version of this library.</exception>
    /// <exception cref="System.Data.Common.DbException">The database cannot be reached.</exception>
    public static Task<TrustedAppsStore> OpenAsync(string connection, TimeProvider? time = null, CancellationToken cancellationToken = default) =>
        OpenAsync(connection, StoreSchema.Current.UpgradeAsync, time, cancellationToken);

    /// <summary>Opens a store and never brings its tables up to date: applications of an older version may be at work on it.</summary>
    /// <param name="connection">A SQLite file name, or a connection string of SQLite or PostgreSQL.</param>
    /// <param name="makes">Whether a store is made where there is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The store.</returns>
    /// <exception cref="ArgumentException">The connection is neither.</exception>
    /// <exception cref="InvalidOperationException">There is no store, or one of another version of this library; the message says what to do.</exception>
    /// <exception cref="System.Data.Common.DbException">The database cannot be reached.</exception>
    public static Task<TrustedAppsStore> OpenWithoutUpgradeAsync(string connection, bool makes = false, TimeProvider? time = null, CancellationToken cancellationToken = default) =>
        OpenAsync(
            connection,
            async (database, ending) =>
            {
                if (makes && await StoreSchema.FindVersionAsync(database, ending).ConfigureAwait(false) == 0) await StoreSchema.Current.UpgradeAsync(database, ending).ConfigureAwait(false);
                await StoreSchema.Current.RequireAsync(database, ending).ConfigureAwait(false);
            },
            time,
            cancellationToken);

    /// <summary>Looks at a store: whether it answers, its schema, its rows, its clock and the keys in it. Makes and changes nothing.</summary>
    /// <param name="connection">A SQLite file name, or a connection string of SQLite or PostgreSQL.</param>
    /// <param name="keyFolder">The folder of the ring that seals own keys in the store; null to leave them out.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ArgumentException">The connection is neither.</exception>
    public static async Task<StoreCheck> CheckAsync(string connection, string? keyFolder = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        await using var database = StoreDatabase.Of(connection);
        return await new StoreInspection(database, time ?? TimeProvider.System).RunAsync(keyFolder, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static async Task<TrustedAppsStore> OpenAsync(string connection, Func<StoreDatabase, CancellationToken, Task> prepare, TimeProvider? time, CancellationToken cancellationToken)
    {
        var database = StoreDatabase.Of(connection);
        try
        {
            await prepare(database, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new TrustedAppsStore(database, new StoreWriter(database), time ?? TimeProvider.System, isConfigured: _ => false);
    }
}
