using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Trusts;

/// <summary>
/// The trusts in memory, as they were in the database at the last refresh. Changes are numbered one after the other, so
/// a query for numbers above the last one misses no change.
/// </summary>
internal sealed class TrustSnapshot(StoreDatabase database, TimeProvider time, ILogger<TrustedAppsStore> logger)
    : IDisposable
{
    private const int MaxParsed = 1_000; // takes a tenth of a second, once

    private readonly SemaphoreSlim _refreshing = new(1);
    private ConcurrentDictionary<string, TrustSnapshotEntry> _entries = new(StringComparer.Ordinal);
    private long _seen; // the number of the last change in this snapshot
    private string? _mark; // of that change; in another history it is another
    private long _refreshedAt; // time stamp; this snapshot has every change that was committed before
    private volatile bool _isLoaded;
    private object _state = new();

    /// <summary>Whether the trusts have been read.</summary>
    public bool IsLoaded => _isLoaded;

    /// <summary>The time since the last refresh.</summary>
    public TimeSpan Age => _isLoaded ? time.GetElapsedTime(Volatile.Read(ref _refreshedAt)) : TimeSpan.MaxValue;

    /// <summary>A new object after each refresh that has read a change.</summary>
    public object State => Volatile.Read(ref _state);

    public int Count => Volatile.Read(ref _entries).Count;

    /// <summary>
    /// The certificate records in memory. A trust that was not used since the start is parsed for it only while there
    /// are few trusts.
    /// </summary>
    public IEnumerable<CertificateRecord> Records
    {
        get
        {
            ConcurrentDictionary<string, TrustSnapshotEntry> entries = Volatile.Read(ref _entries);
            bool areFew = entries.Count <= MaxParsed;
            foreach ((string id, TrustSnapshotEntry entry) in entries)
            {
                TrustedApplication? trust = areFew ? Find(id) : entry.Parsed;
                if (trust?.Record is { } record) yield return record;
            }
        }
    }

    /// <summary>Whether there is a trust of an application, readable or not.</summary>
    public bool Contains(string id) => Volatile.Read(ref _entries).ContainsKey(id);

    public TrustedApplication? Find(string id)
    {
        if (!Volatile.Read(ref _entries).TryGetValue(id, out TrustSnapshotEntry? entry)) return null;
        try
        {
            return entry.Read();
        }
        catch (FormatException problem) // refused like an unknown application, so that the others are served
        {
            if (entry.IsFirstReport()) logger.TrustUnreadable(id, problem.Message);
            return null;
        }
    }

    /// <summary>
    /// Reads the changes. Afterwards the snapshot has every change that was committed before the call.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            long startedAt = time.GetTimestamp();
            await using StoreConnection connection = await database.OpenAsync(cancellationToken);
            (long number, string? mark) = await ReadNumberAsync(connection, cancellationToken);
            if (_isLoaded && (number < _seen || mark != _mark)) Reset();
            if (number != _seen || !_isLoaded) await ReadChangesAsync(connection, number, cancellationToken);
            Volatile.Write(ref _refreshedAt, startedAt);
            _isLoaded = true;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public void Dispose() => _refreshing.Dispose();

    // A backup was restored, or a server took over that lacks changes: every trust must be read again.
    private void Reset()
    {
        logger.StoreHistoryLost(database.Description);
        (_seen, _mark, _isLoaded) = (0, null, false);
    }

    // Reads the number of the last change, and the mark of the last change that this node has read. A standby may be
    // behind.
    private async Task<(long Number, string? Mark)> ReadNumberAsync(
        StoreConnection connection,
        CancellationToken cancellationToken
    )
    {
        var isPrimary = new SqlFragment(connection.IsSqlite ? "TRUE" : "NOT pg_is_in_recovery()");
        List<(long Number, string? Mark)> rows = await connection.QueryAsync(
            $"""
             SELECT number, (SELECT mark FROM trusted_apps_change_marks WHERE number = {_seen})
             FROM trusted_apps_changes WHERE {isPrimary}
             """,
            row => (row.GetInt64(0), row.GetText(1)),
            cancellationToken).ToListAsync(cancellationToken);
        return rows.Count > 0
            ? rows[0]
            : throw new InvalidOperationException(
                "The server is a standby, which may be behind, or the store's row of changes is missing."
            );
    }

    private async Task ReadChangesAsync(StoreConnection connection, long number, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, TrustSnapshotEntry> entries = _isLoaded ? _entries : new(StringComparer.Ordinal);
        long seen = Math.Max(number, _seen);
        IAsyncEnumerable<ChangedRow> changes = connection.QueryAsync(
            $"SELECT id, terms, record, changed FROM trusted_apps_trusts WHERE changed > {_seen}",
            row => new ChangedRow(row.GetString(0), row.GetUtf8(1), row.GetUtf8(2), row.GetInt64(3)),
            cancellationToken);
        await foreach (ChangedRow change in changes)
        {
            Apply(entries, change);
            seen = Math.Max(seen, change.Number);
        }

        Volatile.Write(ref _entries, entries);
        Volatile.Write(ref _state, new object());
        _seen = seen;
        (_, _mark) = await ReadNumberAsync(connection, cancellationToken);
    }

    private void Apply(ConcurrentDictionary<string, TrustSnapshotEntry> entries, ChangedRow row)
    {
        if (row.Terms is null)
        {
            entries.TryRemove(row.Id, out _);
            return;
        }

        try
        {
            entries[row.Id] = TrustSnapshotEntry.Of(row.Id, row.Terms, row.Record, entries.GetValueOrDefault(row.Id));
        }
        catch (FormatException problem) // never the trust as it was before: the change may have been a revocation
        {
            entries.TryRemove(row.Id, out _);
            logger.TrustUnreadable(row.Id, problem.Message);
        }
    }

    private readonly record struct ChangedRow(string Id, byte[]? Terms, byte[]? Record, long Number);
}
