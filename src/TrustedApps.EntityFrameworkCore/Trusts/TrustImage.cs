using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using TrustedApps.EntityFrameworkCore.Database;

namespace TrustedApps.EntityFrameworkCore.Trusts;

/// <summary>
/// The trusts in memory, as the database had them when it was last asked. Whoever changes trusts numbers the changes one
/// after the other, so asking for what is newer than the last number misses none.
/// </summary>
internal sealed class TrustImage(StoreDatabase database, TimeProvider time, ILogger logger) : IDisposable
{
    private const string ChangesSince =
        """
        SELECT id, terms, record, changed FROM trusted_apps_trusts WHERE changed > @seen
        """;

    private readonly SemaphoreSlim _refreshing = new(1);
    private ConcurrentDictionary<string, TrustEntry> _entries = new(StringComparer.Ordinal);
    private long _seen; // the last change that is in here
    private long _heardAt; // time stamp; what was committed before it is in here
    private volatile bool _isLoaded;

    /// <summary>How long ago the database last said that this is what it has.</summary>
    public TimeSpan Age => _isLoaded ? time.GetElapsedTime(Volatile.Read(ref _heardAt)) : TimeSpan.MaxValue;

    /// <summary>The number of the last change that is in here.</summary>
    public long Seen => Volatile.Read(ref _seen);

    public int Count => _entries.Count;

    /// <summary>Whether there is such a trust, without reading it.</summary>
    public bool Knows(string id) => Volatile.Read(ref _entries).ContainsKey(id);

    public TrustedApplication? Find(string id)
    {
        if (!Volatile.Read(ref _entries).TryGetValue(id, out TrustEntry? entry)) return null;
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
            long number = await ReadNumberAsync(connection, cancellationToken);
            if (number < _seen) (_seen, _isLoaded) = (0, false); // a backup was restored: nothing here is known any more
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

    private static async Task<long> ReadNumberAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT number FROM trusted_apps_changes";
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private async Task ReadChangesAsync(DbConnection connection, long number, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, TrustEntry> entries = _isLoaded ? _entries : new(StringComparer.Ordinal);
        long seen = Math.Max(number, _seen);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = ChangesSince;
        DbParameter parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("seen", _seen);
        command.Parameters.Add(parameter);
        await using DbDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            Apply(entries, rows);
            seen = Math.Max(seen, rows.GetInt64(3));
        }

        Volatile.Write(ref _entries, entries);
        _seen = seen;
    }

    private void Apply(ConcurrentDictionary<string, TrustEntry> entries, DbDataReader row)
    {
        string id = row.GetString(0);
        if (row.IsDBNull(1))
        {
            entries.TryRemove(id, out _);
            return;
        }

        try
        {
            entries[id] = TrustEntry.Of(id, row.GetFieldValue<byte[]>(1), row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2), entries.GetValueOrDefault(id));
        }
        catch (FormatException problem) // never what it was before: the change may have been a revocation
        {
            entries.TryRemove(id, out _);
            logger.TrustUnreadable(id, problem.Message);
        }
    }
}
