using System.Net;
using System.Net.Sockets;

namespace TrustedApps.TestSupport;

/// <summary>
/// A port of this machine that no other socket gets by chance until it is disposed of. A server that is told the number
/// can listen on it.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private readonly Socket _reserved = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedPort()
    {
        // Bound, and never listening: the system gives the port to no one who asks for any, and one who asks for this may share it.
        _reserved.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public int Number => ((IPEndPoint)_reserved.LocalEndPoint!).Port;

    public override string ToString() => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose() => _reserved.Dispose();
}
