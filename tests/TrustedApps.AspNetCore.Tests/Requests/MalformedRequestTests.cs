using System.Text;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>Targets and hosts that the framework's own readers throw for.</summary>
public sealed class MalformedRequestTests
{
    private const string InternationalHost = "xn--bcher-kva.example:8731";

    [Fact]
    public void No_target_path_or_host_of_a_million_makes_the_reader_throw()
    {
        var hostile = new HostileTargets(seed: 7);
        var feature = new HttpRequestFeature { Method = "GET", Scheme = "http" };
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestFeature>(feature);
        for (int count = 0; count < 1_000_000; count++)
        {
            string host = hostile.NextHost();
            feature.RawTarget = hostile.NextTarget();
            feature.Path = hostile.NextPath();
            feature.PathBase = hostile.NextPath();
            feature.Headers["Host"] = host;

            IncomingRequest request = RequestReader.Read(context, hostile.NextBoolean() ? "/app" : "");

            Assert.Equal(host, request.Host); // as on the wire
        }
    }

    [Fact]
    public async Task No_malformed_target_or_host_makes_the_server_fail_with_or_without_an_assertion()
    {
        var hostile = new HostileTargets(seed: 8);
        await using KestrelServer server = await StartWithEverythingAsync();
        AssertionHeaders genuine = TrustedRequests.Issue(server.Origin + "/open");
        var statuses = new Dictionary<int, int>();
        for (int count = 0; count < 4_000; count++)
        {
            string host = hostile.NextBoolean() ? hostile.NextHost() : server.EndPoint.ToString();
            var headers = new List<KeyValuePair<string, string>>();
            if (hostile.NextBoolean()) headers.AddRange(genuine.Enumerate());
            if (hostile.NextBoolean()) headers.Add(new("X-Forwarded-Host", hostile.NextHost()));
            if (hostile.NextBoolean()) headers.Add(new("X-Forwarded-For", hostile.NextHost()));
            if (hostile.NextBoolean()) headers.Add(new("X-Forwarded-Prefix", hostile.NextTarget()));

            Answer answer = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request($"GET {hostile.NextTarget()}", host, headers));

            statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
        }

        Assert.All(statuses.Keys, status => Assert.InRange(status, 200, 499));
        Assert.DoesNotContain(server.Logs.Lines, line => line.Level >= LogLevel.Error);
        Assert.Subset(statuses.Keys.ToHashSet(), new HashSet<int> { 200, 400, 404 }); // the generator is not too wild
    }

    [Theory]
    [InlineData("GET /", "xn--", null)]
    [InlineData("GET /open", "xn--", null)]
    [InlineData("GET /closed", "xn--", null)] // the redirect to the login page names the host
    [InlineData("GET /open", "a.xn--99999999999:8080", null)]
    [InlineData("GET /open", null, "xn--")]
    [InlineData("GET /open", null, "tracker.example, xn--")]
    [InlineData("GET /closed", "a_b..c", null)] // whatever HostString does not write as it is goes through IdnMapping
    [InlineData("GET /closed", "_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", null)]
    [InlineData("GET /closed", null, "a!..b")]
    public async Task A_host_that_cannot_be_decoded_is_answered_with_400(string requestLine, string? host, string? forwarded)
    {
        await using KestrelServer server = await StartWithEverythingAsync();

        Answer answer = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request(
            requestLine, host ?? server.EndPoint.ToString(), forwarded is null ? [] : [new("X-Forwarded-Host", forwarded)]));

        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain(server.Logs.Lines, line => line.Level >= LogLevel.Error);
    }

    [Theory]
    [InlineData("X-Forwarded-Prefix", "app", 200)] // ASP.NET Core does not read it
    [InlineData("X-Forwarded-Prefix", "/app", 200)]
    [InlineData("X-Forwarded-Prefix", "/%00", 400)]
    [InlineData("X-Forwarded-Host", "a_b.example", 200)]
    public async Task What_can_be_read_or_is_not_read_is_not_refused(string name, string value, int status)
    {
        await using KestrelServer server = await StartWithEverythingAsync();
        Answer answer = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request("GET /open", server.EndPoint.ToString(), [new(name, value)]));
        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task A_null_byte_in_a_whole_URL_is_not_an_error_of_the_server()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request($"GET {server.Origin}/%00", server.EndPoint.ToString()));

        Assert.InRange(answer.Status, 400, 499);
        Assert.DoesNotContain(server.Logs.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_host_in_another_alphabet_is_signed_and_compared_as_on_the_wire()
    {
        await using KestrelServer server = await StartWithEverythingAsync();
        string url = $"http://{InternationalHost}/open";

        Answer direct = await RequestReaderTests.SendAsync(server, "/open", url, InternationalHost);
        Answer forwarded = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request(
            "GET /open", "localhost", [.. TrustedRequests.Issue(url).Enumerate(), new("X-Forwarded-Host", InternationalHost)]));
        Answer decoded = await RequestReaderTests.SendAsync(server, "/open", "http://b\u00FCcher.example:8731/open", InternationalHost);

        Assert.Equal(("OK", "fred"), (direct.Code, direct.Body));
        Assert.Equal(("OK", "fred"), (forwarded.Code, forwarded.Body));
        Assert.Equal("BAD_SIGNATURE", decoded.Code);
    }

    private static Task<KestrelServer> StartWithEverythingAsync() => TestProvider.StartAsync(
        options =>
        {
            options.BaseUrls.Add($"http://{InternationalHost}");
            options.Applications.Add(TestProvider.Trust(TestKeys.Wiki));
        },
        services =>
        {
            services.AddAuthentication().AddCookie();
            services.AddAuthorization(options => options.DefaultPolicy =
                new AuthorizationPolicyBuilder(TrustedAppsDefaults.AuthenticationScheme, CookieAuthenticationDefaults.AuthenticationScheme)
                    .RequireAuthenticatedUser().Build());
            // ASP.NET Core's own line of each request at level Information reads the decoded host, and throws before
            // any middleware (HostingRequestStartingLog).
            services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning));
            services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.All);
        },
        app =>
        {
            app.UseForwardedHeaders();
            app.UseRouting();
            app.UseAuthentication();
            app.UseAuthorization();
        });
}
