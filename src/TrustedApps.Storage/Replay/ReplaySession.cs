using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace TrustedApps.Storage.Replay;

/// <summary>Connections as the replay memory needs them.</summary>
internal static class ReplaySession
{
    /// <summary>Takes a connection and sets what the statements rely on, whatever the server's defaults are.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, TimeSpan timeout, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            // Each statement has to see what was committed before it began; what is answered has to survive a crash; and a
            // plan made while a table was empty may not read all of it later, for which plans look too costly not to be
            // compiled: half a second each.
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

    /// <summary>For Npgsql, which gives up a little after the server should have.</summary>
    public static int SecondsOf(TimeSpan timeout) => (int)Math.Ceiling(timeout.TotalSeconds) + 1;

    /// <summary>What going to a database may end in: the store is then unavailable, and nothing else.</summary>
    public static bool IsOutage(Exception problem) =>
        problem is NpgsqlException or InvalidOperationException or TimeoutException or IOException or OperationCanceledException or SocketException;

    /// <summary>One of two forms of UUID that PostgreSQL and .NET agree on.</summary>
    public static Guid ToGuid(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new Guid(bytes, bigEndian: true);
    }
}
