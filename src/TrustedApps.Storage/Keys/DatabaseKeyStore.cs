using Microsoft.Extensions.Logging;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Keys;

/// <summary>
/// Keeps an application's own keys in the database, protected and the same for all nodes. The first start generates
/// them. No request can have been accepted before it, because there were no keys.
/// </summary>
internal sealed class DatabaseKeyStore(
    string id,
    StoreDatabase database,
    StoreWriter writer,
    KeyProtector protector,
    Installation installation,
    TimeProvider time,
    ILogger<TrustedAppsStore> logger
) : IKeyStore, IDisposable
{
    private readonly SemaphoreSlim _loading = new(1);
    private ApplicationKeys? _keys;
    private byte[]? _sealed; // the protected form of the keys

    /// <summary>The id of the application, which is known before its keys are loaded.</summary>
    public string Id => id;

    public ApplicationKeys Keys =>
        Volatile.Read(ref _keys)
        ?? throw new InvalidOperationException("The keys are not loaded: call LoadAsync first.");

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _keys) is not null) return;
        await StoreSchema.Current.UpgradeAsync(database, cancellationToken);
        await RefreshAsync(cancellationToken);
        if (Volatile.Read(ref _keys) is not null) return;

        ApplicationKeys made = ApplicationKeys.Generate(id, time: time);
        bool isNew = await writer.WriteAsync(
            (connection, _) => AddAsync(connection, made, cancellationToken),
            cancellationToken
        );
        if (isNew) installation.Begin();
        await RefreshAsync(cancellationToken); // the keys of another node, if it was faster
    }

    public async Task<ApplicationKeys> ChangeAsync(
        Func<ApplicationKeys, ApplicationKeys> change,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(change);
        _ = Keys; // loaded
        await writer.WriteAsync(
            (connection, _) => ChangeAsync(connection, change, cancellationToken),
            cancellationToken
        );
        await RefreshAsync(cancellationToken);
        return Keys;
    }

    /// <summary>Loads the keys again if another node has changed them.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            await using StoreConnection connection = await database.OpenAsync(cancellationToken);
            KeyRow? row = await FindAsync(connection, cancellationToken);
            // the version is not enough: a restored backup may have other keys under it
            if (row is null || row.SealedKeys.AsSpan().SequenceEqual(_sealed)) return;

            ApplicationKeys keys = Open(row);
            (_sealed, bool isFirst) = (row.SealedKeys, _keys is null);
            Volatile.Write(ref _keys, keys);
            if (!isFirst)
            {
                logger.OwnKeysReplaced(id, Describe(keys));
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    // Returns whether the store was empty before these keys.
    private async Task<bool> AddAsync(
        StoreConnection connection,
        ApplicationKeys made,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(connection, cancellationToken) is not null) return false;
        bool isNew = await connection.ReadNumberAsync(
            $"""
             SELECT CASE WHEN EXISTS (SELECT 1 FROM trusted_apps_keys) OR EXISTS (SELECT 1 FROM trusted_apps_trusts)
                 THEN CAST(0 AS bigint) ELSE 1 END
             """,
            cancellationToken) == 1;
        if (isNew) await Installation.RecordNewAsync(connection, cancellationToken);
        await connection.ExecuteAsync(
            $"""
             INSERT INTO trusted_apps_keys (id, sealed_keys, version, changed_at)
             VALUES ({id}, {protector.Protect(made)}, 1, {time.GetUtcNow()})
             """,
            cancellationToken);
        logger.OwnKeysMade(id, Describe(made));
        return isNew;
    }

    private async Task<bool> ChangeAsync(
        StoreConnection connection, Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken)
    {
        KeyRow row = await FindAsync(connection, cancellationToken)
            ?? throw new InvalidOperationException($"The keys of '{id}' are not in the store any more.");
        ApplicationKeys stored = Open(row);
        ApplicationKeys changed = change(stored);
        if (changed is null || changed.Id != id)
        {
            throw new InvalidOperationException($"A change must keep the id '{id}'.");
        }

        if (ReferenceEquals(changed, stored)) return false;
        await connection.ExecuteAsync(
            $"""
             UPDATE trusted_apps_keys
             SET sealed_keys = {protector.Protect(changed)}, version = version + 1, changed_at = {time.GetUtcNow()}
             WHERE id = {id}
             """,
            cancellationToken);
        return true;
    }

    private ValueTask<KeyRow?> FindAsync(StoreConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            $"SELECT {KeyRow.Columns} FROM trusted_apps_keys WHERE id = {id}", KeyRow.Read, cancellationToken)
            .SingleOrDefaultAsync(cancellationToken);

    private static string Describe(ApplicationKeys keys) =>
        string.Join(", ", keys.Keys.Select(key => $"{key.Use} ({key.Status}) {key.PublicKey.Fingerprint}"));

    private ApplicationKeys Open(KeyRow row) => protector.Unprotect(id, row.SealedKeys);
}
