using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore;
using TrustedApps.Bench.Setup;
using TrustedApps.Replay;

namespace TrustedApps.Bench.Http.Serving;

/// <summary>One target, served by Kestrel on a loopback port: an application as users write it, without log.</summary>
internal static class ServedApplication
{
    private static readonly string _issues = new('x', 980);

    /// <summary>Serves until whoever started this process ends, or closes its end of the pipe. The first line of output is the origin.</summary>
    public static async Task RunAsync(Target target, SharedKeys keys)
    {
        using Socket socket = Listen();
        string origin = $"http://{socket.LocalEndPoint}";

        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(socket.LocalEndPoint!));
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = _ => socket);
        AddAuthentication(builder.Services, target, keys, origin);

        await using WebApplication app = builder.Build();
        Map(app, target);
        await app.StartAsync();
        await Console.Out.WriteLineAsync(origin);
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    // The port has to be known before the scheme is set up: a base URL names it.
    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static void AddAuthentication(IServiceCollection services, Target target, SharedKeys keys, string origin)
    {
        if (target == Target.Unprotected) return;

        services.AddAuthorization();
        services.AddLegacyVersions();
        AuthenticationBuilder authentication = services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme);
        switch (target)
        {
            case Target.EmptyScheme or Target.EmptySchemeLongHeaders:
                authentication.AddScheme<AuthenticationSchemeOptions, EmptyHandler>(TrustedAppsDefaults.AuthenticationScheme, configureOptions: null);
                break;
            case Target.JwtRs256 or Target.JwtHs256:
                services.AddSingleton(target == Target.JwtRs256 ? keys.ToRs256() : keys.ToHs256());
                authentication.AddScheme<AuthenticationSchemeOptions, JwtHandler>(TrustedAppsDefaults.AuthenticationScheme, configureOptions: null);
                break;
            default:
                services.AddSingleton(BenchFixture.Resolver);
                services.AddSingleton<IReplayCache>(BenchFixture.NewMemory());
                authentication.AddTrustedApps(options =>
                {
                    options.BaseUrls.Add(origin);
                    options.Keys = keys.Tracker;
                    options.Applications.Add(target == Target.Version3Scheme ? LegacyTrust(keys) : Trust(keys));
                });
                break;
        }
    }

    private static TrustedApplicationOptions Trust(SharedKeys keys) =>
        new() { CertificateFile = keys.Certificate, Addresses = { "127.0.0.0/8" }, Urls = { BenchFixture.RoutedPath } };

    // Requests that were made before a run are good until its end. They may come again, as the trust allows by default:
    // making one takes ten times as long as checking it.
    private static TrustedApplicationOptions LegacyTrust(SharedKeys keys) =>
        new() { Id = "wiki", PublicKey = keys.LegacyKey, Timeout = TimeSpan.FromHours(2), Addresses = { "127.0.0.0/8" }, Urls = { BenchFixture.RoutedPath } };

    private static void Map(WebApplication app, Target target)
    {
        IEndpointConventionBuilder endpoint = app.MapGet(BenchFixture.RoutedPath, target.AnswersJson() ? AnswerJsonAsync : AnswerAsync);
        if (target == Target.Unprotected) return;

        if (target == Target.Version4Middleware) app.UseTrustedApps();
        else app.UseAuthentication();
        app.UseAuthorization();
        endpoint.RequireAuthorization();
    }

    private static Task AnswerAsync(HttpContext context)
    {
        string answer = context.User.Identity?.Name ?? "";
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = answer.Length;
        return context.Response.WriteAsync(answer, context.RequestAborted);
    }

    // 1 KB, the length stated: the generator reads no chunks.
    private static Task AnswerJsonAsync(HttpContext context)
    {
        string answer = $"{{\"user\":\"{context.User.Identity?.Name}\",\"issues\":\"{_issues}\"}}";
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        return context.Response.WriteAsync(answer, context.RequestAborted);
    }
}
