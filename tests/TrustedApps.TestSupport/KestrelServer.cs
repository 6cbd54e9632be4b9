using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrustedApps.TestSupport;

/// <summary>
/// A web application on a real socket: Kestrel on 127.0.0.1, or on every address of both families. Its port is bound before the application is configured,
/// because a provider has to know its base URL before it starts.
/// </summary>
internal sealed class KestrelServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private readonly IDisposable? _owned;

    private KestrelServer(WebApplication app, IPEndPoint endPoint, LogRecorder logs, IDisposable? owned) =>
        (_app, EndPoint, Logs, _owned) = (app, endPoint, logs, owned);

    /// <summary>Where it can be reached: 127.0.0.1 and its port.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Scheme, host and port; no slash.</summary>
    public string Origin => $"http://{EndPoint}";

    public LogRecorder Logs { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts an application; <paramref name="configure"/> is told its origin. What it owns goes with it.</summary>
    public static async Task<KestrelServer> StartAsync(
        Action<WebApplicationBuilder, string> configure,
        Action<WebApplication> map,
        HttpProtocols protocols = HttpProtocols.Http1,
        IDisposable? owned = null,
        bool dualStack = false,
        int port = 0,
        X509Certificate2? certificate = null)
    {
        var logs = new LogRecorder();
        var socket = new Socket(dualStack ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        WebApplication? app = null;
        try
        {
            if (dualStack) socket.DualMode = true; // addresses of IPv4 clients are mapped then
            socket.Bind(new IPEndPoint(dualStack ? IPAddress.IPv6Any : IPAddress.Loopback, port));
            var bound = (IPEndPoint)socket.LocalEndPoint!;
            var endPoint = new IPEndPoint(IPAddress.Loopback, bound.Port);

            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(bound, listen =>
            {
                listen.Protocols = protocols;
                if (certificate is not null) listen.UseHttps(certificate);
            }));
            builder.Services.AddRoutingCore().AddLegacyVersions();
            builder.Services.AddSingleton(UserResolvers.Everyone); // a test that registers another comes later
            builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = _ => socket);
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs);
            configure(builder, $"http://{endPoint}");

            app = builder.Build();
            map(app);
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new KestrelServer(app, endPoint, logs, owned);
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            socket.Dispose();
            owned?.Dispose();
            throw;
        }
    }

    /// <summary>A port that is free at this moment, for an application that another one has to know before it starts.</summary>
    public static int FindFreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(TestContext.Current.CancellationToken);
        await _app.DisposeAsync();
        _owned?.Dispose();
    }
}
