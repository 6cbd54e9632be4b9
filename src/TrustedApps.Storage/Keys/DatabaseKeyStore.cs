using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Keys;

/// <summary>
/// An application's own keys in the database, sealed, and the same for all its nodes. At the first start ever they are
/// made; nothing can have been accepted before under keys that were not there.
/// </summary>
internal sealed class DatabaseKeyStore(
    string id, StoreDatabase database, StoreWriter writer, KeyProtector seal, Installation installation, TimeProvider time, ILogger logger) : IKeyStore, IDisposable
{
    private readonly SemaphoreSlim _loading = new(1);
    private ApplicationKeys? _keys;
    private byte[]? _sealed; // what they were opened from

    public ApplicationKeys Keys => Volatile.Read(ref _keys) ?? throw new InvalidOperationException("The keys are not loaded yet: call LoadAsync before anything else.");

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _keys) is not null) return;
        await StoreSchema.Current.UpgradeAsync(database, cancellationToken);
        await RefreshAsync(cancellationToken);
        if (Volatile.Read(ref _keys) is not null) return;

        ApplicationKeys made = ApplicationKeys.Generate(id, time: time);
        bool isNew = await writer.WriteAsync((context, _) => AddAsync(context, made, cancellationToken), cancellationToken);
        if (isNew) installation.Begin();
        await RefreshAsync(cancellationToken); // another node's, if that one came first
    }

    public async Task<ApplicationKeys> ChangeAsync(Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        _ = Keys; // loaded
        await writer.WriteAsync((context, _) => ChangeAsync(context, change, cancellationToken), cancellationToken);
        await RefreshAsync(cancellationToken);
        return Keys;
    }

    /// <summary>Takes over what another node has changed.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            await using StoreContext context = database.CreateContext();
            KeyRow? row = await context.Keys.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
            if (row is null || row.SealedKeys.AsSpan().SequenceEqual(_sealed)) return; // not by version: after a restored backup it may be another's

            ApplicationKeys keys = Open(row);
            (_sealed, bool isFirst) = (row.SealedKeys, _keys is null);
            Volatile.Write(ref _keys, keys);
            if (!isFirst) logger.OwnKeysReplaced(id, string.Join(", ", keys.Keys.Select(key => key.PublicKey.Thumbprint)));
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    // Whether the store begins with these keys.
    private async Task<bool> AddAsync(StoreContext context, ApplicationKeys made, CancellationToken cancellationToken)
    {
        if (await context.Keys.AnyAsync(row => row.Id == id, cancellationToken)) return false;
        bool isNew = !await context.Keys.AnyAsync(cancellationToken) && !await context.Trusts.AnyAsync(cancellationToken);
        if (isNew) await installation.RecordNewAsync(context, cancellationToken);
        context.Keys.Add(new KeyRow { Id = id, SealedKeys = seal.Protect(made), Version = 1, ChangedAt = time.GetUtcNow() });
        logger.OwnKeysMade(id, string.Join(", ", made.Keys.Select(key => key.PublicKey.Thumbprint)));
        return isNew;
    }

    private async Task<bool> ChangeAsync(StoreContext context, Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken)
    {
        KeyRow row = await context.Keys.SingleOrDefaultAsync(known => known.Id == id, cancellationToken) ?? throw new InvalidOperationException($"The keys of '{id}' are not in the store any more.");
        ApplicationKeys stored = Open(row);
        ApplicationKeys changed = change(stored);
        if (changed is null || changed.Id != id) throw new InvalidOperationException($"A change keeps the id '{id}'.");
        if (ReferenceEquals(changed, stored)) return false;
        row.SealedKeys = seal.Protect(changed);
        row.Version++;
        row.ChangedAt = time.GetUtcNow();
        return true;
    }

    private ApplicationKeys Open(KeyRow row) => seal.Unprotect(id, row.SealedKeys);
}
