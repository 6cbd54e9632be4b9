using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.Client;

namespace TrustedApps.Storage.Tests.Keys;

/// <summary>The wiki: asks the tracker at one base URL, behind which nodes take turns.</summary>
internal sealed class RotationConsumer : IDisposable
{
    private readonly ServiceProvider _services;

    public RotationConsumer(string baseUrl, int[] ports, TimeProvider time)
    {
        BaseUrl = baseUrl;
        var balancer = new Balancer(ports);
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Logs));
        services.AddHttpClient("tracker")
            .ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(20)) // a test that hangs is a test that fails
            .AddTrustedApp(options =>
            {
                (options.BaseUrl, options.Keys, options.MaxRetryDelay) = (baseUrl, TestKeys.Wiki, TimeSpan.Zero);
                options.ProviderFingerprints.Add(Version4.TrackerFingerprint);
            })
            .UseSocketsHttpHandler((handler, _) => (handler.ConnectCallback, handler.PooledConnectionLifetime) = (balancer.ConnectAsync, TimeSpan.Zero));
        services.AddTrustedAppCertificateClient().AddHttpMessageHandler(() => new CertificateTurns(balancer));
        _services = services.BuildServiceProvider();
    }

    public string BaseUrl { get; }

    public LogRecorder Logs { get; } = new();

    /// <summary>Sends a request, and gives its status; another node answers each time.</summary>
    public async Task<int> AskAsync()
    {
        using HttpClient client = _services.GetRequiredService<IHttpClientFactory>().CreateClient("tracker");
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, BaseUrl + "/closed").OnBehalfOf("fred");
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public void Dispose() => _services.Dispose();

    private sealed class Balancer(int[] ports)
    {
        private int _turns;

        public int NextPort => ports[Interlocked.Increment(ref _turns) % ports.Length];

        public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, NextPort), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    // The connections of this client are the product's own.
    private sealed class CertificateTurns(Balancer balancer) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new UriBuilder(request.RequestUri!) { Port = balancer.NextPort }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
