using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrustedApps.IntegrationTests;

/// <summary>
/// Forwards requests one by one. The answer to the second request on its first connection it swallows, once the
/// provider has given it in full, and closes the connection: as when a pooled connection dies unanswered.
/// </summary>
internal sealed class DyingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private Task _accepting = Task.CompletedTask;

    public DyingProxy() => _listener.Start();

    public string Origin => $"http://{_listener.LocalEndpoint}";

    /// <summary>How many connections were made.</summary>
    public int Connections => _connections.Count;

    public void ForwardTo(IPEndPoint provider) => _accepting = AcceptAsync(provider);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(IPEndPoint provider)
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _connections.Add(ForwardAsync(client, provider, isFirst: _connections.Count == 0));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task ForwardAsync(TcpClient client, IPEndPoint provider, bool isFirst)
    {
        using (client)
        {
            using var upstream = new TcpClient();
            try
            {
                await upstream.ConnectAsync(provider, _stop.Token);
                for (int number = 1; await ReadMessageAsync(client.GetStream()) is { } request; number++)
                {
                    await upstream.GetStream().WriteAsync(request, _stop.Token);
                    byte[] answer = await ReadMessageAsync(upstream.GetStream()) ?? [];
                    if (isFirst && number == 2) return;
                    await client.GetStream().WriteAsync(answer, _stop.Token);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
        }
    }

    // Header fields and content, by Content-Length or in chunks (RFC 9112 section 6); null at the end of the connection.
    private async Task<byte[]?> ReadMessageAsync(NetworkStream stream)
    {
        var message = new MemoryStream();
        byte[] one = new byte[1];
        while (!IsComplete(Encoding.Latin1.GetString(message.ToArray())))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0) return null;
            message.Write(one);
        }

        return message.ToArray();
    }

    private static bool IsComplete(string message)
    {
        int end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        if (message.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) return message.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);

        const string name = "\r\nContent-Length: ";
        int length = message.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (length < 0 || length > end) return true;
        string digits = message[(length + name.Length)..message.IndexOf("\r\n", length + 2, StringComparison.Ordinal)];
        return message.Length == end + 4 + int.Parse(digits, CultureInfo.InvariantCulture);
    }
}
