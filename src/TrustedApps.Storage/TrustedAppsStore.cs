using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.Storage.Checks;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage;

/// <summary>
/// Administers a store. Applications add theirs with <see cref="TrustedAppsStoreExtensions"/>; workers and tools open
/// one with this type.
/// </summary>
public sealed class TrustedAppsStore : IAsyncDisposable
{
    private readonly StoreDatabase _database;

    internal TrustedAppsStore(
        StoreDatabase database,
        StoreWriter writer,
        TimeProvider time,
        Func<string, bool> isConfigured,
        ILogger? logger = null,
        Func<string?>? ownId = null
    )
    {
        _database = database;
        ownId ??= () => null;
        Trusts = new TrustAdministration(database, writer, time, isConfigured, ownId);
        Providers = new ProviderAdministration(database, writer, time, ownId);
        Reports = new StoreReports(database, time, logger);
    }

    /// <summary>The trusts.</summary>
    public TrustAdministration Trusts { get; }

    /// <summary>The providers to which the application sends requests.</summary>
    public ProviderAdministration Providers { get; }

    /// <summary>Requests, rejections and the audit trail.</summary>
    public StoreReports Reports { get; }

    /// <summary>Opens a store. Creates its tables, or upgrades them.</summary>
    /// <param name="connection">The name of a SQLite file, or a connection string of SQLite or PostgreSQL.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>The store.</returns>
    /// <exception cref="ArgumentException">The connection is not valid. The message does not repeat it.</exception>
    /// <exception cref="InvalidOperationException">A newer version of this library has upgraded the store.</exception>
    /// <exception cref="System.Data.Common.DbException">The database cannot be reached.</exception>
    public static Task<TrustedAppsStore> OpenAsync(
        string connection,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default
    ) => OpenAsync(connection, StoreSchema.Current.UpgradeAsync, time, cancellationToken);

    /// <summary>Opens a store without upgrading its tables: applications of an older version may use it.</summary>
    /// <param name="connection">The name of a SQLite file, or a connection string of SQLite or PostgreSQL.</param>
    /// <param name="makes">Whether a missing store is created.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>The store.</returns>
    /// <exception cref="ArgumentException">The connection is not valid. The message does not repeat it.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is no store, or its schema is of another version of this library; the message names the remedy.
    /// </exception>
    /// <exception cref="System.Data.Common.DbException">The database cannot be reached.</exception>
    public static Task<TrustedAppsStore> OpenWithoutUpgradeAsync(
        string connection,
        bool makes = false,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default
    ) =>
        OpenAsync(
            connection,
            async (database, ending) =>
            {
                if (makes && await StoreSchema.FindVersionAsync(database, ending).ConfigureAwait(false) == 0)
                {
                    await StoreSchema.Current.UpgradeAsync(database, ending).ConfigureAwait(false);
                }

                await StoreSchema.Current.RequireAsync(database, ending).ConfigureAwait(false);
            },
            time,
            cancellationToken
        );

    /// <summary>
    /// Checks a store: whether it answers, its schema, rows, clock and keys. Creates and changes nothing.
    /// </summary>
    /// <param name="connection">The name of a SQLite file, or a connection string of SQLite or PostgreSQL.</param>
    /// <param name="keyFolder">
    /// The folder of the key ring that encrypts own keys in the store; null to skip them.
    /// </param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">The connection is not valid. The message does not repeat it.</exception>
    public static async Task<StoreCheck> CheckAsync(
        string connection,
        string? keyFolder = null,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default
    )
    {
        await using var database = StoreDatabase.Of(connection);
        return await new StoreInspection(database, time ?? TimeProvider.System)
            .RunAsync(keyFolder, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static async Task<TrustedAppsStore> OpenAsync(
        string connection,
        Func<StoreDatabase, CancellationToken, Task> prepare,
        TimeProvider? time,
        CancellationToken cancellationToken
    )
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

        return new TrustedAppsStore(
            database,
            new StoreWriter(database),
            time ?? TimeProvider.System,
            isConfigured: _ => false
        );
    }
}
