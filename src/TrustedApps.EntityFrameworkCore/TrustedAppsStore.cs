using TrustedApps.EntityFrameworkCore.Database;

namespace TrustedApps.EntityFrameworkCore;

/// <summary>A store, to be administered. Applications add theirs with <see cref="TrustedAppsStoreExtensions"/>; this is for tools beside them.</summary>
public sealed class TrustedAppsStore : IAsyncDisposable
{
    private readonly StoreDatabase _database;
    private readonly StoreWriter _writer;
    private readonly TimeProvider _time;

    internal TrustedAppsStore(StoreDatabase database, StoreWriter writer, TimeProvider time, Func<string, bool> isConfigured)
    {
        (_database, _writer, _time) = (database, writer, time);
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
    public static async Task<TrustedAppsStore> OpenAsync(string connection, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        var database = StoreDatabase.Of(connection);
        try
        {
            await StoreSchema.Current.UpgradeAsync(database, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new TrustedAppsStore(database, new StoreWriter(database), time ?? TimeProvider.System, isConfigured: _ => false);
    }

    /// <summary>Adds a line to the audit trail, for a change that was made elsewhere: of this application's own keys, for one.</summary>
    /// <param name="action">What was done, such as <c>keys.rotate</c>.</param>
    /// <param name="subject">Of which application.</param>
    /// <param name="before">How it was, as JSON and without secrets; null if it was not there.</param>
    /// <param name="after">How it is since, as JSON and without secrets; null if it is gone.</param>
    /// <param name="administrator">Who did it.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>When it is written.</returns>
    public Task RecordAsync(string action, string subject, string? before, string? after, string administrator, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(action);
        ArgumentException.ThrowIfNullOrEmpty(subject);
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        return _writer.WriteAsync(
            (context, _) =>
            {
                context.Audit.Add(new AuditRow { At = _time.GetUtcNow(), Administrator = administrator, Action = action, Subject = subject, Before = before, After = after });
                return Task.FromResult(true);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
