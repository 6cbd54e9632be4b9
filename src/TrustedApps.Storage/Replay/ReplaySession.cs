using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace TrustedApps.Storage.Replay;

/// <summary>Opens connections for the replay cache.</summary>
internal static class ReplaySession
{
    /// <summary>
    /// Opens a connection with the settings that the statements need, whatever the defaults of the server are.
    /// </summary>
    public static async Task<NpgsqlConnection> OpenAsync(
        NpgsqlDataSource source,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            // Each statement must see what was committed before it began. A committed answer must survive a crash. A
            // plan that was made for an empty table must not scan the table later, and must not be compiled: that takes
            // half a second.
            await using NpgsqlCommand command = connection.CreateCommand();
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
                SET default_transaction_isolation = 'read committed';
                SET synchronous_commit = on;
                SET enable_seqscan = off;
                SET jit = off;
                SET statement_timeout = {Math.Ceiling(timeout.TotalMilliseconds)};
                SET idle_in_transaction_session_timeout = '60s'
                """);
            command.CommandTimeout = SecondsOf(timeout);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (Exception problem) when (IsOutage(problem))
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The time-out of Npgsql, which is a little longer than the server's.</summary>
    public static int SecondsOf(TimeSpan timeout) => (int)Math.Ceiling(timeout.TotalSeconds) + 1;

    /// <summary>
    /// Whether an exception is an outage of the database. The cache is then unavailable, and the host continues.
    /// </summary>
    public static bool IsOutage(Exception problem) =>
        problem
            is NpgsqlException
                or InvalidOperationException
                or TimeoutException
                or IOException
                or OperationCanceledException
                or SocketException;

    /// <summary>Converts a key to a UUID that PostgreSQL and .NET print alike.</summary>
    public static Guid ToGuid(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new Guid(bytes, bigEndian: true);
    }
}
