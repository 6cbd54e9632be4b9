using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrustedApps.TestSupport;

/// <summary>A forward proxy on loopback, which connects every host to one end point: by CONNECT, or by a whole URL in the request line.</summary>
internal sealed class ForwardProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly IPEndPoint _target;
    private readonly Task _running;

    public ForwardProxy(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        _running = Task.Run(AcceptAsync);
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <summary>Method and target of each request that it was asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_ending.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                NetworkStream near = client.GetStream();
                string head = await ReadHeadAsync(near);
                string[] line = head[..head.IndexOf('\r', StringComparison.Ordinal)].Split(' ');
                _requests.Enqueue($"{line[0]} {line[1]}");
                await server.ConnectAsync(_target, _ending.Token);
                NetworkStream far = server.GetStream();
                if (line[0] == "CONNECT") await near.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _ending.Token);
                else await far.WriteAsync(Encoding.ASCII.GetBytes(head.Replace(line[1], new Uri(line[1]).PathAndQuery, StringComparison.Ordinal)), _ending.Token);
                await Task.WhenAny(near.CopyToAsync(far, _ending.Token), far.CopyToAsync(near, _ending.Token));
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException or SocketException)
            {
                // One side has gone.
            }
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _ending.Token) == 0) throw new IOException("The client has gone.");
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
