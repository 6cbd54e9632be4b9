using System.Net;
using System.Net.Sockets;
using TrustedApps.Conditions;

namespace TrustedApps.Certificates;

/// <summary>
/// Decides from which addresses a certificate may be fetched (specification version-4.md, section 2). An administrator
/// enters the URL, but the owner of the name chooses its address, and services inside a data centre often trust their
/// callers.
/// </summary>
internal static class NetworkGuard
{
    // Never: unspecified, link-local (cloud metadata lives there), multicast, reserved, and metadata services
    // elsewhere.
    private static readonly AddressPattern[] _refused = Parse(
        "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
        "100.100.100.200", "168.63.129.16", "192.0.0.192",
        "::", "fe80::/10", "ff00::/8", "fd00:ec2::/32", "fd20:ce::254", "fd00:42::42", "fd00:a9fe:a9fe::1",
        "2001::/32", // Teredo: a tunnel to an IPv4 address behind a gateway
        "64:ff9b:1::/48"); // local NAT64 (RFC 8215): the position of the IPv4 address is unknown

    private static readonly AddressPattern[] _private = Parse(
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "192.0.0.0/24",
        "198.18.0.0/15",
        "::1",
        "fc00::/7",
        "fec0::/10",
        // routed nowhere: documentation, benchmarking, discard, segment routing, 6to4 relays, ORCHID
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "192.88.99.0/24",
        "100::/64",
        "2001:2::/48",
        "2001:10::/28",
        "2001:20::/28",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16"
    );

    // IPv6 that carries an IPv4 address: NAT64 (RFC 6052), 6to4 (RFC 3056), the old IPv4-compatible form,
    // IPv4-translated (RFC 2765).
    private static readonly (AddressPattern Network, int Shift)[] _carriers =
    [
        (AddressPattern.Parse("64:ff9b::/96"), 0),
        (AddressPattern.Parse("2002::/16"), 80),
        (AddressPattern.Parse("::/96"), 0),
        (AddressPattern.Parse("::ffff:0:0:0/96"), 0),
    ];

    public static bool Allows(IPAddress address, bool allowPrivate)
    {
        if (!AllowsPlain(address, allowPrivate)) return false;
        (UInt128 value, bool isIPv4) = Address.Unwrap(address);
        if (isIPv4 || IPAddress.IsLoopback(address)) return true;

        foreach ((AddressPattern network, int shift) in _carriers)
        {
            if (network.Matches(value, isIPv4: false) && !AllowsPlain(ToIPv4(value >> shift), allowPrivate))
            {
                return false;
            }
        }

        return FindIsatap(value) is not { } tunnelled || AllowsPlain(tunnelled, allowPrivate);
    }

    // ISATAP (RFC 5214 section 6.1): an interface identifier that carries an IPv4 address, below any prefix.
    private static IPAddress? FindIsatap(UInt128 value) =>
        (uint)(value >> 32) is 0x0000_5EFE or 0x0200_5EFE ? ToIPv4(value) : null;

    /// <summary>Connects to an allowed address. The checked address is the one that the socket connects to.</summary>
    public static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint endPoint,
        bool allowPrivate,
        CancellationToken cancellationToken
    )
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken).ConfigureAwait(false);
        IPAddress[] allowed = Array.FindAll(addresses, address => Allows(address, allowPrivate));
        if (allowed.Length == 0)
        {
            throw new CertificateException($"{endPoint.Host} has no address that certificates may be fetched from.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool AllowsPlain(IPAddress address, bool allowPrivate)
    {
        (UInt128 value, bool isIPv4) = Address.Unwrap(address);
        return !_refused.Any(pattern => pattern.Matches(value, isIPv4))
            && (allowPrivate || !_private.Any(pattern => pattern.Matches(value, isIPv4)));
    }

    private static IPAddress ToIPv4(UInt128 value) =>
        new([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    private static AddressPattern[] Parse(params string[] patterns) => [.. patterns.Select(AddressPattern.Parse)];
}
