using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace TrustedApps.Storage.Database;

/// <summary>An open connection to the database of a store. One transaction at a time; not for concurrent use.</summary>
internal sealed class StoreConnection(DbConnection connection) : IAsyncDisposable
{
    private readonly List<AuditEntry> _audited = [];
    private DbTransaction? _transaction;
    private int? _timeoutSeconds;

    /// <summary>Whether the database is SQLite. Otherwise it is PostgreSQL.</summary>
    public bool IsSqlite => connection is SqliteConnection;

    /// <summary>The connection itself, if the database is PostgreSQL.</summary>
    public NpgsqlConnection Postgres => (NpgsqlConnection)connection;

    /// <summary>The entries that were added to the audit trail. They count once they are committed.</summary>
    public IReadOnlyList<AuditEntry> Audited => _audited;

    /// <summary>Replaces the timeout of statements, which is also how long they wait for a lock.</summary>
    public void SetTimeout(int seconds)
    {
        _timeoutSeconds = seconds;
        if (connection is SqliteConnection sqlite) sqlite.DefaultTimeout = seconds; // BEGIN IMMEDIATE waits as long
    }

    /// <summary>
    /// Begins a transaction. The statements that follow belong to it; unless it is committed, disposing of this
    /// connection rolls it back. With SQLite it is BEGIN IMMEDIATE, so that writers take turns.
    /// </summary>
    public async Task BeginAsync(IsolationLevel isolation, CancellationToken cancellationToken) =>
        _transaction = await connection.BeginTransactionAsync(isolation, cancellationToken);

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _transaction!.CommitAsync(cancellationToken);
        await _transaction.DisposeAsync();
        _transaction = null;
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The number of rows that it changed.</returns>
    public async Task<int> ExecuteAsync(Sql statement, CancellationToken cancellationToken)
    {
        await using DbCommand command = CreateCommand(statement);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Adds an entry to the audit trail. The database gives it its number.</summary>
    public async Task AddAuditAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            $"""
            INSERT INTO trusted_apps_audit (at, administrator, action, subject, before, after)
            VALUES ({entry.At}, {entry.Administrator}, {entry.Action}, {entry.Subject}, {entry.Before}, {entry.After})
            """,
            cancellationToken
        );
        _audited.Add(entry);
    }

    /// <summary>Runs a query, and reads one row at a time.</summary>
    public async IAsyncEnumerable<T> QueryAsync<T>(
        Sql query, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using DbCommand command = CreateCommand(query);
        await using DbDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) yield return read(rows);
    }

    /// <summary>Runs a query of one number.</summary>
    public async Task<long> ReadNumberAsync(Sql query, CancellationToken cancellationToken) =>
        await QueryAsync(query, row => row.GetInt64(0), cancellationToken).SingleAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null) await _transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private DbCommand CreateCommand(Sql sql)
    {
        DbCommand command = sql.ToCommand(connection);
        command.Transaction = _transaction;
        if (_timeoutSeconds is { } seconds) command.CommandTimeout = seconds;
        return command;
    }
}
