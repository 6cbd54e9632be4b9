using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrustedApps.IntegrationTests;

/// <summary>Answers its only connection with these bytes, then hangs up, or waits until the client does.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RawServer(string answer, bool isEnded)
    {
        _listener.Start();
        Origin = $"http://{_listener.LocalEndpoint}";
        HungUp = ServeAsync(Encoding.ASCII.GetBytes(answer), isEnded);
    }

    public string Origin { get; }

    /// <summary>Ends when the request was read and the bytes were written.</summary>
    public Task Answered => _answered.Task.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Ends when the connection has.</summary>
    public Task HungUp { get; }

    public async ValueTask DisposeAsync()
    {
        await HungUp;
        _listener.Dispose();
    }

    private async Task ServeAsync(byte[] answer, bool isEnded)
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        _listener.Stop(); // HttpClient tries again
        NetworkStream stream = client.GetStream();
        byte[] buffer = new byte[8192];
        string request = "";
        while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            request += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        }

        await stream.WriteAsync(answer, TestContext.Current.CancellationToken);
        _answered.SetResult();
        if (!isEnded) Assert.Equal(0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
    }
}
