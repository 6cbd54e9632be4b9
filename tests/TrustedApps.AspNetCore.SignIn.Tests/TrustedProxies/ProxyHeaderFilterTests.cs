using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

public sealed class ProxyHeaderFilterTests
{
    private const string NotTheProxy = "Only the trusted proxy may send X-User and its attributes: they were removed. If this address is the trusted proxy's, add it to Addresses";

    [Theory]
    [InlineData("X-User: fred")]
    [InlineData("x-user: fred")]
    [InlineData("X_User: fred")]
    [InlineData("X.User: fred")]
    [InlineData("X-User: fred", "X-User: ann")]
    [InlineData("X-User: fred", "X_User: ann")]
    [InlineData("X-User:")]
    [InlineData("X-User: (null)")]
    [InlineData("X-Mail: fred@example")]
    [InlineData("X_MAIL: fred@example")]
    public async Task What_a_stranger_sends_is_removed_and_refused(params string[] lines)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(WithMail);

        Answer seen = await server.SendFromAsync(ProxyServer.Stranger, "/seen", [.. lines, "X-Other: kept"]);
        Answer closed = await server.SendFromAsync(ProxyServer.Stranger, "/closed", lines);

        Assert.Equal((200, "X-Other: kept"), (seen.Status, seen.Body));
        Assert.Equal((401, "The request is not authenticated."), (closed.Status, closed.Body));
        Assert.Equal(
            [$"Refused GET /seen from 127.0.0.2 by 'Proxy': BAD_REMOTE_IP. {NotTheProxy}", $"Refused GET /closed from 127.0.0.2 by 'Proxy': BAD_REMOTE_IP. {NotTheProxy}"],
            server.Refusals());
    }

    [Theory]
    [InlineData("X-User is there twice. The trusted proxy must unset it before it sets it", "X-User: fred", "X-User: ann")]
    [InlineData("X-User is there twice. The trusted proxy must unset it before it sets it", "X-User: fred", "x-user: fred")]
    [InlineData("The trusted proxy let a header pass that spells X-User in another way. It must unset that spelling as well", "X-User: fred", "X_User: ann")]
    [InlineData("The trusted proxy let a header pass that spells X-User in another way. It must unset that spelling as well", "X.User: ann")]
    [InlineData("X-Mail is there twice. The trusted proxy must unset it before it sets it", "X-User: fred", "X-Mail: a@b", "X-Mail: c@d")]
    [InlineData("The trusted proxy let a header pass that spells X-Mail in another way. It must unset that spelling as well", "X-User: fred", "X-Mail: a@b", "X_Mail: c@d")]
    public async Task What_the_proxy_let_pass_is_removed_and_refused(string problem, params string[] lines)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(WithMail);

        Answer seen = await server.SendAsync("/seen", lines);

        Assert.Equal((200, ""), (seen.Status, seen.Body));
        Assert.Equal([$"Refused GET /seen from 127.0.0.1 by 'Proxy': SYSTEM. {problem}"], server.Refusals());
        Assert.Equal(401, (await server.SendAsync("/closed", lines)).Status);
    }

    [Fact]
    public async Task The_proxy_is_trusted_and_its_headers_stay()
    {
        await using KestrelServer server = await ProxyServer.StartAsync(WithMail);

        Assert.Equal("fred", (await server.SendAsync("/closed", "X-User: fred")).Body);
        Assert.Equal("X-User: fred\nX-Mail: fred@example", (await server.SendAsync("/seen", "X-User: fred", "X-Mail: fred@example")).Body);
        Assert.Empty(server.Refusals());
    }

    [Theory]
    [InlineData("Cookie: a=1; X-User=fred; b=2", "Cookie a: 1\nCookie b: 2")]
    [InlineData("Cookie: x_user=fred", "")]
    [InlineData("Cookie: a=1, X.User=fred", "Cookie a: 1")]
    public async Task A_cookie_of_a_stranger_is_removed_and_the_others_stay(string line, string seen)
    {
        await using KestrelServer server = await ProxyServer.StartAsync(options => options.Cookie = "X-User");

        Assert.Equal(seen, (await server.SendFromAsync(ProxyServer.Stranger, "/seen", line)).Body);
        Assert.Equal("anonymous", (await server.SendFromAsync(ProxyServer.Stranger, "/open", line)).Body);
        Assert.Equal(2, server.Refusals().Length);
        Assert.All(server.Refusals(), line => Assert.Contains("BAD_REMOTE_IP", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cookie_of_the_proxy_is_trusted()
    {
        await using KestrelServer server = await ProxyServer.StartAsync(options => options.Cookie = "X-User");

        Assert.Equal("fred", (await server.SendAsync("/closed", "Cookie: a=1; X-User=fr%65d")).Body);
        Assert.Equal("anonymous", (await server.SendAsync("/open", "X-User: fred")).Body);
        Assert.Equal("Cookie a: 1", (await server.SendAsync("/seen", "Cookie: a=1; X-User=fred; X_User=ann")).Body);
    }

    [Fact]
    public async Task Nothing_in_the_application_sees_it_before_and_forwarded_headers_change_no_address()
    {
        var first = new List<string>();
        await using KestrelServer server = await ProxyServer.StartAsync(before: builder =>
        {
            builder.Services.AddSingleton<IStartupFilter>(new Earlier(first));
            builder.Services.Configure<ForwardedHeadersOptions>(options =>
            {
                options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
                options.KnownIPNetworks.Clear();
                options.KnownProxies.Clear();
            });
        });

        Answer stranger = await server.SendFromAsync(ProxyServer.Stranger, "/open", "X-User: fred", "X-Forwarded-For: 127.0.0.1");
        Answer proxy = await server.SendAsync("/open", "X-User: fred", "X-Forwarded-For: 192.0.2.7");

        Assert.Equal(("anonymous", "fred"), (stranger.Body, proxy.Body));
        Assert.Equal(["", "fred"], first);
        Assert.Contains("from 127.0.0.2", Assert.Single(server.Refusals()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_without_an_address_is_not_the_proxy()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using KestrelServer server = await ProxyServer.StartAsync(
            services: services => services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(kestrel => kestrel.ListenUnixSocket(path)).PostConfigure<SocketTransportOptions>(transport =>
            {
                Func<EndPoint, Socket> bound = transport.CreateBoundListenSocket;
                transport.CreateBoundListenSocket = endPoint => endPoint is UnixDomainSocketEndPoint ? SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint) : bound(endPoint);
            }));

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        Answer answer = await ProxyServer.SendAsync(socket, "/open", "localhost", "X-User: fred");

        Assert.Equal("anonymous", answer.Body);
        Assert.Contains(": BAD_REMOTE_IP.", Assert.Single(server.Refusals()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_one_warning_however_often_the_scheme_is_asked()
    {
        await using KestrelServer server = await ProxyServer.StartAsync(map: app =>
        {
            app.UseAuthentication();
            app.UseAuthentication();
            app.UseAuthorization();
        });

        await server.SendFromAsync(ProxyServer.Stranger, "/closed", "X-User: fred");

        LogLine line = Assert.Single(server.Logs.Lines, line => line.Event.Name == "RefusedByScheme");
        Assert.Equal((20, LogLevel.Warning), (line.Event.Id, line.Level));
    }

    [Fact]
    public async Task The_query_is_in_no_line_and_the_path_cannot_break_one()
    {
        await using KestrelServer server = await ProxyServer.StartAsync();

        await server.SendFromAsync(ProxyServer.Stranger, "/open/%0d%0a%e2%80%ae?s3cret", "X-User: fred");

        string line = Assert.Single(server.Refusals());
        Assert.DoesNotContain("s3cret", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, character => char.GetUnicodeCategory(character) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format);
    }

    [Theory]
    [InlineData("X_User", null, "X-Groups")]
    [InlineData("X-Other", null, "x.user")]
    [InlineData("X-Other", null, "X-Mail")]
    [InlineData(null, "X-User", "X-Groups")]
    public async Task Two_schemes_that_share_a_name_stop_the_start(string? header, string? cookie, string attribute)
    {
        InvalidOperationException stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => ProxyServer.StartAsync(WithMail, schemes: schemes => schemes.AddTrustedProxy("Second", options =>
        {
            (options.Header, options.Cookie) = (header, cookie);
            options.Addresses.Add("10.0.0.1");
            options.Attributes.Add(new ClaimMapping { Name = attribute, ClaimType = "x" });
        })));

        Assert.Equal(
            "Scheme 'Proxy' shares a header or cookie with another trusted proxy. Give each a name of its own, or use one scheme with the addresses of both.",
            stopped.Message);
    }

    [Fact]
    public async Task Two_schemes_are_each_believed_where_they_may_be()
    {
        await using KestrelServer server = await ProxyServer.StartAsync(
            schemes: schemes => schemes.AddTrustedProxy("Second", options =>
            {
                options.Header = "X-Second";
                options.Addresses.Add("127.0.0.2");
            }),
            map: app => app.MapGet("/second", TestProvider.Who).RequireAuthorization(policy => policy.AddAuthenticationSchemes("Second").RequireAuthenticatedUser()));

        Assert.Equal("ann", (await server.SendFromAsync(ProxyServer.Stranger, "/second", "X-Second: ann")).Body);
        Assert.Equal("fred", (await server.SendAsync("/closed", "X-User: fred")).Body);
        Assert.Equal("X-User: fred", (await server.SendAsync("/seen", "X-User: fred", "X-Second: ann")).Body);
        Assert.Equal(401, (await server.SendFromAsync(ProxyServer.Stranger, "/closed", "X-User: fred", "X-Second: ann")).Status);
        Assert.Equal(2, server.Refusals().Length);
    }

    private static void WithMail(TrustedProxyOptions options)
    {
        options.Header = "X-User";
        options.Attributes.Add(new ClaimMapping { Name = "X-Mail", ClaimType = "mail" });
    }

    // As ASPNETCORE_FORWARDEDHEADERS_ENABLED adds one, and a look at what came.
    private sealed class Earlier(List<string> seen) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, next) =>
            {
                lock (seen) seen.Add(context.Request.Headers["X-User"].ToString());
                return next(context);
            });
            app.UseForwardedHeaders();
            next(app);
        };
    }
}
