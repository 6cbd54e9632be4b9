using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace TrustedApps.Limits;

/// <summary>
/// The network that a request counts for: its IPv4 address, or its IPv6 /64, which one client usually has.
/// </summary>
internal static class SourceNetwork
{
    public static UInt128 Of(IPAddress? address)
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
