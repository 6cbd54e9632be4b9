using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Text;

namespace TrustedApps.Storage.Keys;

/// <summary>
/// Keeps an application's own keys in the database, protected and the same for all nodes, and rotates those that
/// decrypt. The first start generates them. No request can have been accepted before it, because there were no keys.
/// </summary>
internal sealed class DatabaseKeyStore(
    string id,
    StoreDatabase database,
    StoreWriter writer,
    KeyProtector protector,
    Installation installation,
    DatabaseClock databaseClock,
    IOptions<TrustedAppsStoreOptions> options,
    TimeProvider time,
    ILogger<TrustedAppsStore> logger
) : IKeyStore, IHealthSource, IDisposable
{
    private static readonly TimeSpan _betweenSteps = TimeSpan.FromMinutes(1);

    private readonly KeyTable _table = new(id, database);
    private readonly RotationClock _clock = new(databaseClock, time);
    private readonly TimeSpan _rotation = options.Value.EncryptionKeyRotation;
    private readonly SemaphoreSlim _loading = new(1);
    private ApplicationKeys? _keys;
    private byte[]? _sealed; // the protected form of the keys
    private volatile bool _mustErase = true; // an earlier process may have ended before it erased what it replaced
    private volatile bool _isProven; // the keys in use were found current by a clock that counts: they are no backup
    private long? _steppedAt; // time stamp of the last step that this node took
    private volatile string? _problem; // why the keys are not maintained; the log says so once

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
        bool? isNew = await writer.WriteAsync(
            (connection, _) =>
                _table.AddAsync(connection, protector.Protect(made), time.GetUtcNow(), cancellationToken),
            cancellationToken
        );
        if (isNew is not null) logger.OwnKeysMade(id, Describe(made));
        if (isNew == true) installation.Begin();
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

    /// <summary>
    /// Loads the keys again if another node has changed them, and takes the steps of the rotation that are due, if the
    /// clock counts. Those come first: a restored backup may have keys that were destroyed since, and they are not
    /// used.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            while (await _table.FindAsync(cancellationToken) is { } row && !await TryUseAsync(row, cancellationToken))
            {
                // read again: another node was faster
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>
    /// Takes the steps of the rotation that are due, and erases what was replaced. Called each minute by one task; does
    /// nothing otherwise. If the database fails, the keys in use stay so, and it is tried again.
    /// </summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? now = _clock.FindSteadyTime();
        if (Volatile.Read(ref _keys) is null) return;
        bool isDue = now is { } steady && (!_isProven || IsDue(Keys, steady));
        if (!isDue && !_mustErase) return;
        string? problem;
        try
        {
            if (isDue) await RefreshAsync(cancellationToken);
            problem = isDue ? _clock.Problem : null;
            if (!await TryEraseAsync(cancellationToken)) problem ??= "Another program is reading the keys.";
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            problem = failure.GetBaseException().Message;
        }

        if (problem is not null && _problem is null) logger.OwnKeysNotMaintained(id, problem);
        _problem = problem;
    }

    public IEnumerable<HealthReading> ReadHealth()
    {
        string name = $"keys:{id}:are_maintained";
        yield return _problem is { } problem
            ? HealthReading.Degraded(
                name,
                false,
                $"The keys of '{id}' in the store cannot be rotated, or what was replaced cannot be erased (event 69): {problem}")
            : HealthReading.Healthy(name, true);
    }

    public void Dispose() => _loading.Dispose();

    private async Task<bool> TryEraseAsync(CancellationToken cancellationToken)
    {
        if (!_mustErase) return true;
        _mustErase = false; // before it is done: a change meanwhile sets it again
        bool isErased = false;
        try
        {
            return isErased = await _table.TryEraseAsync(cancellationToken);
        }
        finally
        {
            if (!isErased) _mustErase = true;
        }
    }

    // False if another node replaced the row first.
    private async Task<bool> TryUseAsync(KeyRow row, CancellationToken cancellationToken)
    {
        // the version is not enough: a restored backup may have other keys under it
        bool isInUse = row.SealedKeys.AsSpan().SequenceEqual(_sealed);
        ApplicationKeys stored = isInUse ? Keys : Open(row);
        DateTimeOffset? now = await _clock.ReadAsync(cancellationToken);
        if (now is { } counts && IsDue(stored, counts))
        {
            if (IsResting(stored))
            {
                _isProven = false; // looks again in a minute
                return true;
            }

            ApplicationKeys rotated = stored.RotateEncryptionKeys(counts, _rotation, isInUse && _isProven);
            if (await TryReplaceAsync(row, stored, rotated, cancellationToken) is not { } sealedKeys) return false;
            _steppedAt = time.GetTimestamp();
            Use(rotated, sealedKeys);
        }
        else if (!isInUse)
        {
            Use(stored, row.SealedKeys);
        }

        _isProven = now is not null || (isInUse && _isProven);
        return true;
    }

    // Nodes with different options set other times for the same keys, again and again.
    private bool IsResting(ApplicationKeys stored) =>
        _steppedAt is { } last
        && time.GetElapsedTime(last) < _betweenSteps
        && Keys.Keys.Select(key => key.PublicKey).SequenceEqual(stored.Keys.Select(key => key.PublicKey));

    // Returns what is in the row now; null if another node was faster.
    private async Task<byte[]?> TryReplaceAsync(
        KeyRow row, ApplicationKeys before, ApplicationKeys after, CancellationToken cancellationToken)
    {
        byte[] sealedKeys = protector.Protect(after); // before the transaction, as the new key was made
        bool isReplaced = await writer.WriteAsync(
            async (connection, _) =>
            {
                KeyRow? present = await _table.FindAsync(connection, cancellationToken);
                if (present?.SealedKeys.AsSpan().SequenceEqual(row.SealedKeys) != true) return false;
                await _table.ReplaceAsync(connection, sealedKeys, time.GetUtcNow(), cancellationToken);
                return true;
            },
            cancellationToken
        );
        if (!isReplaced) return null;
        _mustErase = true;
        Report(before, after);
        return sealedKeys;
    }

    private async Task<bool> ChangeAsync(
        StoreConnection connection, Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken)
    {
        KeyRow row = await _table.FindAsync(connection, cancellationToken)
            ?? throw new InvalidOperationException($"The keys of '{id}' are not in the store any more.");
        ApplicationKeys stored = Open(row);
        ApplicationKeys changed = change(stored);
        if (changed is null || changed.Id != id)
        {
            throw new InvalidOperationException($"A change must keep the id '{id}'.");
        }

        if (ReferenceEquals(changed, stored)) return false;
        await _table.ReplaceAsync(connection, protector.Protect(changed), time.GetUtcNow(), cancellationToken);
        _mustErase = true;
        return true;
    }

    private void Use(ApplicationKeys keys, byte[] sealedKeys)
    {
        (_sealed, bool isFirst) = (sealedKeys, _keys is null);
        Volatile.Write(ref _keys, keys);
        if (isFirst) return;
        _mustErase = true; // the node that replaced the row may have ended before it erased what was there
        logger.OwnKeysReplaced(id, Describe(keys));
    }

    private void Report(ApplicationKeys before, ApplicationKeys after)
    {
        ApplicationKey current = CurrentOf(after);
        if (!current.PublicKey.Equals(CurrentOf(before).PublicKey))
        {
            logger.EncryptionKeyRotated(id, current.PublicKey.Fingerprint, UntilOf(current));
        }

        ApplicationKey[] destroyed =
            [.. before.Keys.Where(key => !after.Keys.Any(kept => kept.PublicKey.Equals(key.PublicKey)))];
        if (destroyed.Length > 0) logger.OwnKeysDestroyed(id, Describe(destroyed));

        static string UntilOf(ApplicationKey key) => key.DueAt is { } until ? LogTime.Of(until) : "no time";

        static ApplicationKey CurrentOf(ApplicationKeys keys) =>
            keys.Keys.Single(key => key is { Use: KeyUse.Encryption, Status: KeyStatus.Current });
    }

    private bool IsDue(ApplicationKeys keys, DateTimeOffset now) => keys.FindNextRotation(now, _rotation) <= now;

    private static string Describe(ApplicationKeys keys) => Describe(keys.Keys);

    private static string Describe(IEnumerable<ApplicationKey> keys) =>
        string.Join(", ", keys.Select(key => $"{key.Use} ({key.Status}) {key.PublicKey.Fingerprint}"));

    private ApplicationKeys Open(KeyRow row) => protector.Unprotect(id, row.SealedKeys);
}
