using System.Buffers.Binary;
using System.Net.Sockets;
using Npgsql;

namespace TrustedApps.Storage.Replay;

/// <summary>What the replay cache has in common with every user of the database.</summary>
internal static class ReplaySession
{
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
