using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrustedApps.Bench.Http;

/// <summary>One connection, with one request on its way at a time. Reads just as much of HTTP/1.1 as the server here answers.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[8192];

    public Connection(IPEndPoint server) => _socket.Connect(server);

    public void Send(ReadOnlySpan<byte> request)
    {
        while (request.Length > 0) request = request[_socket.Send(request)..];
    }

    /// <summary>Reads the answer to its end.</summary>
    /// <returns>The status, and the content.</returns>
    public (int Status, string Content) Receive()
    {
        ReadOnlySpan<byte> answer = Read(out int content);
        _ = Utf8Parser.TryParse(answer["HTTP/1.1 ".Length..], out int status, out _);
        return (status, Encoding.UTF8.GetString(answer[content..]));
    }

    /// <summary>Reads an answer that has to be 200.</summary>
    public void ReceiveOk()
    {
        ReadOnlySpan<byte> answer = Read(out _);
        if (!answer.StartsWith("HTTP/1.1 200 "u8)) throw new InvalidOperationException($"Not accepted, so nothing was measured: {Encoding.UTF8.GetString(answer)}");
    }

    public void Dispose() => _socket.Dispose();

    private ReadOnlySpan<byte> Read(out int content)
    {
        int length = 0;
        while (true)
        {
            int read = _socket.Receive(_answer.AsSpan(length));
            if (read == 0) throw new InvalidOperationException("The server closed the connection.");

            length += read;
            ReadOnlySpan<byte> answer = _answer.AsSpan(0, length);
            int end = answer.IndexOf("\r\n\r\n"u8);
            if (end < 0) continue;

            content = end + 4;
            if (length >= content + LengthOf(answer[..content])) return answer;
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> name = "\r\nContent-Length: "u8;
        int field = head.IndexOf(name);
        return field >= 0 && Utf8Parser.TryParse(head[(field + name.Length)..], out int length, out _) ? length : throw new InvalidOperationException("An answer without Content-Length.");
    }
}
