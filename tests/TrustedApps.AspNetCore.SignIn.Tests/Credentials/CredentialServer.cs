using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

/// <summary>An application whose users log in with passwords: everything below /open says who asks, everything below /closed is for users.</summary>
internal static class CredentialServer
{
    public static Task<KestrelServer> StartBasicAsync(
        Accounts? accounts = null, Action<BasicOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? before = null) =>
        StartAsync("Basic", builder => builder.AddBasic("Basic", configure), accounts, services, before);

    public static Task<KestrelServer> StartFormAsync(
        Accounts? accounts = null, Action<FormLoginOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? before = null) =>
        StartAsync(
            "Form",
            builder => builder.AddFormLogin("Form", options =>
            {
                options.Paths.Add("/open/login");
                configure?.Invoke(options);
            }),
            accounts,
            services,
            before);

    public static Task<KestrelServer> StartAsync(
        string scheme, Action<AuthenticationBuilder> add, Accounts? accounts = null, Action<IServiceCollection>? services = null, Action<WebApplication>? before = null) =>
        KestrelServer.StartAsync(
            (builder, _) =>
            {
                if (accounts is not null) builder.Services.AddSingleton<ICredentialVerifier>(accounts);
                builder.Services.AddAuthorization();
                add(builder.Services.AddAuthentication(scheme));
                builder.Services.RemoveAll<RejectionLog>(); // each refusal is a line
                services?.Invoke(builder.Services);
            },
            app =>
            {
                before?.Invoke(app);
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
                TestProvider.MapWho(app);
            });

    /// <summary>A connection between these two, as the application sees it.</summary>
    public static Action<WebApplication> Connection(string local, string remote) => app => app.Use((context, next) =>
    {
        context.Connection.LocalIpAddress = IPAddress.Parse(local);
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        return next(context);
    });

    public static string Basic(string userName, string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}"))}";

    public static Task<Answer> GetBasicAsync(this KestrelServer server, string userName, string password, string path = "/open") =>
        server.GetAsync(path, Basic(userName, password));

    public static Task<Answer> GetAsync(this KestrelServer server, string path, string authorization) =>
        new HttpRequestMessage(HttpMethod.Get, server.Origin + path).With("Authorization", authorization).SendAsync();

    /// <summary>A posted login form.</summary>
    public static HttpRequestMessage Form(this KestrelServer server, string path = "/open/login", string form = "os_username=fred&os_password=secret") =>
        new(HttpMethod.Post, server.Origin + path) { Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded") };

    /// <summary>The codes of what was refused, in order.</summary>
    public static IEnumerable<string> Codes(this KestrelServer server) =>
        server.Logs.Lines.Where(line => line.Event.Name == "RefusedByScheme").Select(line => line.Message.Split("': ")[1].Split(". ")[0]);
}
