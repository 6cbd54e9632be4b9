using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Counts the failed key grants of each trust and address in the current minute: each failure has cost an RSA
/// operation. Bounded: if more addresses fail than the table holds, later ones are not limited.
/// </summary>
/// <param name="limit">Failures a minute.</param>
internal sealed class FailureRateLimiter(int limit)
{
    private const int MaxAddresses = 10_000;

    private readonly ConcurrentDictionary<(string Application, UInt128 Network), int> _failures = new();
    private long _minute;

    /// <summary>The time until the counters are reset.</summary>
    public static TimeSpan TimeToNext(long now) => TimeSpan.FromSeconds(60 - (now % 60));

    /// <summary>Whether the limit is exceeded.</summary>
    public bool IsExceeded(string applicationId, IPAddress? address, long now)
    {
        Turn(now);
        return _failures.TryGetValue((applicationId, NetworkOf(address)), out int failures) && failures >= limit;
    }

    public void Count(string applicationId, IPAddress? address, long now)
    {
        Turn(now);
        (string, UInt128) source = (applicationId, NetworkOf(address));
        if (_failures.ContainsKey(source) || _failures.Count < MaxAddresses)
        {
            _failures.AddOrUpdate(source, 1, static (_, failures) => failures + 1);
        }
    }

    private void Turn(long now)
    {
        long minute = now / 60, seen = Volatile.Read(ref _minute);
        if (minute != seen && Interlocked.CompareExchange(ref _minute, minute, seen) == seen) _failures.Clear();
    }

    // An IPv6 client usually controls a whole /64.
    private static UInt128 NetworkOf(IPAddress? address)
    {
        if (address is null) return 0;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        UInt128 value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6
            ? value
            : value >> 64 << 64;
    }
}
