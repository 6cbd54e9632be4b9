using System.Net;
using System.Net.Sockets;
using TrustedApps.Certificates;

namespace TrustedApps.Tests.Certificates;

public sealed class NetworkGuardTests
{
    [Theory]
    [InlineData("0.0.0.0")] // unspecified: this host, on Linux
    [InlineData("0.255.255.255")]
    [InlineData("169.254.0.1")] // link-local
    [InlineData("169.254.169.254")] // the metadata of most clouds
    [InlineData("169.254.170.2")]
    [InlineData("224.0.0.1")] // multicast
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")] // reserved
    [InlineData("255.255.255.255")]
    [InlineData("100.100.100.200")] // metadata: Alibaba
    [InlineData("168.63.129.16")] // Azure
    [InlineData("192.0.0.192")] // Oracle
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("febf:ffff::1")]
    [InlineData("ff02::1")]
    [InlineData("fd00:ec2::254")] // Amazon
    [InlineData("fd00:ec2::1")]
    [InlineData("fd20:ce::254")] // Google
    [InlineData("::ffff:169.254.169.254")] // IPv4-mapped
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("::ffff:224.0.0.1")]
    [InlineData("::169.254.169.254")] // IPv4-compatible
    [InlineData("64:ff9b::169.254.169.254")] // NAT64
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b::0.0.0.0")]
    [InlineData("64:ff9b:1::1.1.1.1")] // NAT64 with a prefix of its own
    [InlineData("64:ff9b:1:ffff::1")]
    [InlineData("::ffff:0:169.254.169.254")] // IPv4-translated
    [InlineData("2001::1")] // Teredo
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2002:a9fe:a9fe::1")] // 6to4
    [InlineData("2002:0000:0000::1")]
    [InlineData("::5efe:169.254.169.254")] // ISATAP
    [InlineData("2a00:1450::200:5efe:169.254.169.254")]
    [InlineData("2002:e000:0001::")]
    public void Some_addresses_are_never_allowed(string address)
    {
        Assert.False(NetworkGuard.Allows(IPAddress.Parse(address), allowPrivate: true));
        Assert.False(NetworkGuard.Allows(IPAddress.Parse(address), allowPrivate: false));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")] // carrier-grade NAT
    [InlineData("100.127.255.255")]
    [InlineData("198.18.0.1")] // benchmarks
    [InlineData("192.0.0.1")]
    [InlineData("::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff::1")]
    [InlineData("fec0::1")] // site-local, of old
    [InlineData("192.0.2.1")] // documentation
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.255")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("192.88.99.1")] // 6to4 relays
    [InlineData("100::1")] // discard
    [InlineData("5f00::1")] // segment routing
    [InlineData("2001:2::1")] // benchmarks
    [InlineData("2001:10::1")] // ORCHID
    [InlineData("2001:2f:ffff::1")]
    [InlineData("64:ff9b::192.0.2.1")]
    [InlineData("2a00:1450::5efe:10.0.0.1")] // ISATAP
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:192.168.1.1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("2002:0a00:0001::1")] // 10.0.0.1
    [InlineData("2002:7f00:0001::1")]
    [InlineData("::10.0.0.1")]
    [InlineData("::ffff:0:10.0.0.1")]
    public void Private_addresses_are_allowed_unless_they_are_forbidden(string address)
    {
        Assert.True(NetworkGuard.Allows(IPAddress.Parse(address), allowPrivate: true));
        Assert.False(NetworkGuard.Allows(IPAddress.Parse(address), allowPrivate: false));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("2001:1::1")]
    [InlineData("::ffff:0:1.1.1.1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::1.1.1.1")]
    [InlineData("2002:0101:0101::1")]
    [InlineData("fbff::1")]
    [InlineData("2a00:1450::1")]
    public void Public_addresses_are_allowed(string address)
    {
        Assert.True(NetworkGuard.Allows(IPAddress.Parse(address), allowPrivate: true));
        Assert.True(NetworkGuard.Allows(IPAddress.Parse(address), allowPrivate: false));
    }

    [Fact]
    public async Task The_address_that_is_checked_is_the_one_that_is_connected_to()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using Stream connected = await NetworkGuard.ConnectAsync(new DnsEndPoint("localhost", port), allowPrivate: true, TestContext.Current.CancellationToken);
        using Socket accepted = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        CertificateException refused = await Assert.ThrowsAsync<CertificateException>(() =>
            NetworkGuard.ConnectAsync(new DnsEndPoint("localhost", port), allowPrivate: false, TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)accepted.RemoteEndPoint!).Address);
        Assert.Equal("localhost has no address that certificates may be fetched from.", refused.Message);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Nobody_listening_is_a_failed_connection()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, and never listening
        int port = ((IPEndPoint)reserved.LocalEndPoint!).Port;

        await Assert.ThrowsAsync<SocketException>(() =>
            NetworkGuard.ConnectAsync(new DnsEndPoint("127.0.0.1", port), allowPrivate: true, TestContext.Current.CancellationToken).AsTask());
    }
}
