using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrustedApps.TestSupport;

/// <summary>HTTP written byte by byte: HttpClient would mend what these tests are about.</summary>
internal static class RawHttp
{
    /// <summary>A request with an empty line at its end; each character is one byte.</summary>
    public static string Request(string requestLine, string host, params IEnumerable<KeyValuePair<string, string>> headers)
    {
        var request = new StringBuilder();
        request.Append(requestLine).Append(" HTTP/1.1\r\nHost: ").Append(host).Append("\r\nConnection: close\r\n");
        foreach ((string name, string value) in headers) request.Append(name).Append(": ").Append(value).Append("\r\n");
        return request.Append("\r\n").ToString();
    }

    public static Task<Answer> SendAsync(IPEndPoint endPoint, string request) =>
        SendAsync(endPoint, Encoding.Latin1.GetBytes(request));

    /// <summary>Sends the bytes on a connection of their own and reads until the server closes it.</summary>
    public static async Task<Answer> SendAsync(IPEndPoint endPoint, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(endPoint, TestContext.Current.CancellationToken);
        return await SendAsync(client.GetStream(), request);
    }

    /// <summary>Sends the bytes on a connection that is there, and reads until the server closes it.</summary>
    public static async Task<Answer> SendAsync(Stream stream, byte[] request)
    {
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);

        using var received = new MemoryStream();
        await stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        return Answer.Parse(Encoding.Latin1.GetString(received.ToArray()));
    }
}
