using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Trusts;

/// <summary>
/// The trusts in memory, as the database had them when it was last asked. Whoever changes trusts numbers the changes one
/// after the other, so asking for what is newer than the last number misses none.
/// </summary>
internal sealed class TrustSnapshot(StoreDatabase database, TimeProvider time, ILogger logger) : IDisposable
{
    private const string ChangesSince =
        """
        SELECT id, terms, record, changed FROM trusted_apps_trusts WHERE changed > @seen
        """;

    private const string LastNumber = "SELECT number, (SELECT mark FROM trusted_apps_change_marks WHERE number = @seen) FROM trusted_apps_changes";
    private const string LastNumberOfPrimary = LastNumber + " WHERE NOT pg_is_in_recovery()";

    private readonly SemaphoreSlim _refreshing = new(1);
    private ConcurrentDictionary<string, TrustSnapshotEntry> _entries = new(StringComparer.Ordinal);
    private long _seen; // the last change that is in here
    private string? _mark; // of that change: another history has another
    private long _heardAt; // time stamp; what was committed before it is in here
    private volatile bool _isLoaded;
    private object _state = new();

    /// <summary>How long ago the database last said that this is what it has.</summary>
    public TimeSpan Age => _isLoaded ? time.GetElapsedTime(Volatile.Read(ref _heardAt)) : TimeSpan.MaxValue;

    /// <summary>Another object each time that something was read.</summary>
    public object State => Volatile.Read(ref _state);

    public int Count => _entries.Count;

    /// <summary>Whether there is such a trust, without reading it.</summary>
    public bool Knows(string id) => Volatile.Read(ref _entries).ContainsKey(id);

    public TrustedApplication? Find(string id)
    {
        if (!Volatile.Read(ref _entries).TryGetValue(id, out TrustSnapshotEntry? entry)) return null;
        try
        {
            return entry.Read();
        }
        catch (FormatException problem) // as if it were not there, so that the others are served
        {
            if (entry.IsFirstReport()) logger.TrustUnreadable(id, problem.Message);
            return null;
        }
    }

    /// <summary>Asks the database what has changed. When it returns, every change that was committed before is in here.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            long askedAt = time.GetTimestamp();
            await using DbConnection connection = await database.OpenAsync(cancellationToken);
            (long number, string? mark) = await ReadNumberAsync(connection, cancellationToken);
            if (_isLoaded && (number < _seen || mark != _mark)) ForgetAll();
            if (number != _seen || !_isLoaded) await ReadChangesAsync(connection, number, cancellationToken);
            Volatile.Write(ref _heardAt, askedAt);
            _isLoaded = true;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public void Dispose() => _refreshing.Dispose();

    // A backup was restored, or another server took over that lacks changes: nothing here is known any more.
    private void ForgetAll()
    {
        logger.StoreHistoryLost(database.Description);
        (_seen, _mark, _isLoaded) = (0, null, false);
    }

    // The number of the last change, and the mark of the one that was seen last.
    private async Task<(long Number, string? Mark)> ReadNumberAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using DbCommand command = CreateCommand(connection, database.Postgres is null ? LastNumber : LastNumberOfPrimary);
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) throw new InvalidOperationException("The server is a standby, which may be behind, or the store's row of changes is missing.");
        return (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1));
    }

    private DbCommand CreateCommand(DbConnection connection, string text)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = text;
        DbParameter parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("seen", _seen);
        command.Parameters.Add(parameter);
        return command;
    }

    private async Task ReadChangesAsync(DbConnection connection, long number, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, TrustSnapshotEntry> entries = _isLoaded ? _entries : new(StringComparer.Ordinal);
        long seen = Math.Max(number, _seen);
        await using (DbCommand command = CreateCommand(connection, ChangesSince))
        {
            await using DbDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                Apply(entries, rows);
                seen = Math.Max(seen, rows.GetInt64(3));
            }
        }

        Volatile.Write(ref _entries, entries);
        Volatile.Write(ref _state, new object());
        _seen = seen;
        (_, _mark) = await ReadNumberAsync(connection, cancellationToken);
    }

    private void Apply(ConcurrentDictionary<string, TrustSnapshotEntry> entries, DbDataReader row)
    {
        string id = row.GetString(0);
        if (row.IsDBNull(1))
        {
            entries.TryRemove(id, out _);
            return;
        }

        try
        {
            entries[id] = TrustSnapshotEntry.Of(id, row.GetFieldValue<byte[]>(1), row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2), entries.GetValueOrDefault(id));
        }
        catch (FormatException problem) // never what it was before: the change may have been a revocation
        {
            entries.TryRemove(id, out _);
            logger.TrustUnreadable(id, problem.Message);
        }
    }
}
