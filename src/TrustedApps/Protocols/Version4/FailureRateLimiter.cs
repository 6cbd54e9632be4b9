using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// How often grants of a trust failed from an address in this minute: each failure has cost an RSA operation. Bounded:
/// when more addresses fail than there is room for, those that come later are not limited.
/// </summary>
/// <param name="limit">Failures a minute.</param>
internal sealed class FailureRateLimiter(int limit)
{
    private const int MaxAddresses = 10_000;

    private readonly ConcurrentDictionary<(string Application, UInt128 Network), int> _failures = new();
    private long _minute;

    /// <summary>How long until failures are counted anew.</summary>
    public static TimeSpan TimeToNext(long now) => TimeSpan.FromSeconds(60 - (now % 60));

    /// <summary>Whether there were too many.</summary>
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

    // Who has an IPv6 address has a /64 of them.
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
