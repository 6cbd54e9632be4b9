using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

/// <summary>An application behind a trusted proxy at 127.0.0.1; strangers are at 127.0.0.2.</summary>
internal static class ProxyServer
{
    public static IPAddress Stranger { get; } = IPAddress.Parse("127.0.0.2");

    /// <summary>Starts it with fred and ann as users and dan, who may not log in; the header is X-User unless something else is said.</summary>
    public static Task<KestrelServer> StartAsync(
        Action<TrustedProxyOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null,
        IUserResolver? users = null,
        Action<AuthenticationBuilder>? schemes = null,
        Action<WebApplicationBuilder>? before = null) => KestrelServer.StartAsync(
            (builder, _) =>
            {
                before?.Invoke(builder);
                builder.Services.AddAuthorization();
                builder.Services.AddSingleton(users ?? UserResolvers.List(["fred", "ann"], ["dan"]));
                AuthenticationBuilder authentication = builder.Services.AddAuthentication("Proxy").AddTrustedProxy("Proxy", options =>
                {
                    configure?.Invoke(options);
                    if (options.Addresses.Count == 0) options.Addresses.Add("127.0.0.1");
                    if (options.Cookie is null) options.Header ??= "X-User";
                });
                schemes?.Invoke(authentication);
                builder.Services.RemoveAll<RejectionLog>(); // each refusal is a line
                services?.Invoke(builder.Services);
            },
            app =>
            {
                map?.Invoke(app);
                TestProvider.MapWho(app);
                app.MapGet("/claims", context => context.Response.WriteAsync(string.Join('\n', context.User.Claims.Select(claim => $"{claim.Type}={claim.Value}"))));
                app.MapGet("/seen", context => context.Response.WriteAsync(Describe(context.Request)));
            });

    /// <summary>What a request holds for the application.</summary>
    public static string Describe(HttpRequest request) => string.Join('\n',
    [
        .. request.Headers.Where(header => header.Key is not ("Host" or "Connection" or "Cookie")).Select(header => $"{header.Key}: {header.Value}"),
        .. request.Cookies.Select(cookie => $"Cookie {cookie.Key}: {cookie.Value}"),
    ]);

    /// <summary>Sends header lines such as "X-User: fred" from the trusted proxy.</summary>
    public static Task<Answer> SendAsync(this KestrelServer server, string path, params string[] lines) => server.SendFromAsync(IPAddress.Loopback, path, lines);

    /// <summary>Sends header lines from an address.</summary>
    public static async Task<Answer> SendFromAsync(this KestrelServer server, IPAddress from, string path, params string[] lines)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken);
        return await SendAsync(socket, path, server.EndPoint.ToString(), lines);
    }

    /// <summary>Sends header lines through a socket that is connected.</summary>
    public static async Task<Answer> SendAsync(Socket socket, string path, string host, params string[] lines)
    {
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(RawHttp.Request($"GET {path}", host)[..^2] + string.Concat(lines.Select(line => line + "\r\n")) + "\r\n"), TestContext.Current.CancellationToken);
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        Answer answer = Answer.Parse(Encoding.Latin1.GetString(received.ToArray())); // its lengths count bytes
        return answer with { Body = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(answer.Body)) };
    }

    /// <summary>The lines that explain rejections by the proxy's scheme.</summary>
    public static string[] Refusals(this KestrelServer server) =>
        [.. server.Logs.Lines.Where(line => line.Event.Name == "RefusedByScheme").Select(line => line.Message)];
}
