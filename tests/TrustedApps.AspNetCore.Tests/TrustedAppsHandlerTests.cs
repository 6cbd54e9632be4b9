using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Tests;

public sealed class TrustedAppsHandlerTests
{
    [Fact]
    public async Task A_request_without_headers_is_anonymous()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await server.GetAsync("/open");

        Assert.Equal((200, "anonymous"), (answer.Status, answer.Body));
        Assert.DoesNotContain(answer.Headers, header => header.Key.Contains("Trusted-App", StringComparison.OrdinalIgnoreCase));
        Assert.Null(answer["Cache-Control"]);
    }

    [Fact]
    public async Task A_request_without_headers_is_challenged_without_an_error()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await server.GetAsync("/closed");

        Assert.Equal((401, "TrustedApp", ""), (answer.Status, answer["WWW-Authenticate"], answer.Body));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("X-", StringComparison.Ordinal));
        Assert.Empty(server.Logs.Refusals);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t ")]
    public async Task A_request_whose_assertion_is_blank_is_none_of_ours(string cert)
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request(
            "GET /closed", server.EndPoint.ToString(), new("X-Seraph-Trusted-App-ID", "wiki"), new("X-Seraph-Trusted-App-Cert", cert)));

        Assert.Equal((401, "TrustedApp", null), (answer.Status, answer["WWW-Authenticate"], answer.Code));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    public async Task An_accepted_request_says_so_in_the_headers_of_its_dialect(string version)
    {
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, version)));

        Answer answer = await server.Request("/closed", version: ProtocolVersion.Parse(version)).SendAsync();

        Assert.Equal((200, "fred"), (answer.Status, answer.Body));
        Assert.Equal("OK", answer["X-Seraph-Trusted-App-Status"]);
        Assert.Null(answer["X-Seraph-Trusted-App-Error"]);
        Assert.Null(answer["X-Trusted-App-Status"]);
    }

    [Fact]
    public async Task An_accepted_request_of_the_Warwick_dialect_says_so_in_its_own_headers()
    {
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, "warwick")));

        Answer answer = await server.Request("/closed", version: ProtocolVersion.Warwick).SendAsync();

        Assert.Equal((200, "fred"), (answer.Status, answer.Body));
        Assert.Equal("OK", answer["X-Trusted-App-Status"]);
        Assert.Null(answer["X-Trusted-App-Error-Code"]);
        Assert.Null(answer["X-Seraph-Trusted-App-Status"]);
    }

    [Fact]
    public async Task A_refused_request_is_challenged_with_the_code_and_told_the_reason()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await server.Request("/closed", keys: TestKeys.Blog).SendAsync();

        Assert.Equal((401, "TrustedApp error=\"APP_UNKNOWN\"", ""), (answer.Status, answer["WWW-Authenticate"], answer.Body));
        Assert.Equal("ERROR", answer["X-Seraph-Trusted-App-Status"]);
        Assert.Equal("APP_UNKNOWN;\tApplication not trusted: {0};\t[\"blog\"]", answer["X-Seraph-Trusted-App-Error"]);
        Assert.Null(answer["X-Trusted-App-Status"]);
    }

    [Fact]
    public async Task A_refused_request_of_the_Warwick_dialect_is_told_so_in_its_own_headers()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await server.Request("/closed", version: ProtocolVersion.Warwick, keys: TestKeys.Blog).SendAsync();

        Assert.Equal((401, "TrustedApp error=\"APP_UNKNOWN\""), (answer.Status, answer["WWW-Authenticate"]));
        Assert.Equal("Error", answer["X-Trusted-App-Status"]);
        Assert.Equal("APP_UNKNOWN", answer["X-Trusted-App-Error-Code"]);
        Assert.Equal("Application not trusted: blog", answer["X-Trusted-App-Error-Message"]);
        Assert.Null(answer["X-Seraph-Trusted-App-Status"]);
    }

    [Fact]
    public async Task A_reason_that_repeats_hostile_text_still_fits_a_header()
    {
        await using KestrelServer server = await TestProvider.StartAsync();
        string id = "naïve\u2028☃ </script>" + new string('x', 300);

        Answer seraph = await server.Request("/closed").With("X-Seraph-Trusted-App-ID", "☃</b>").SendAsUtf8Async();
        Answer warwick = await server.Request("/closed", version: ProtocolVersion.Warwick).With("X-Trusted-App-ProviderID", id).SendAsUtf8Async();

        Assert.Equal(@"APP_UNKNOWN;	Application not trusted: {0};	[""\u2603<\/b>""]", seraph["X-Seraph-Trusted-App-Error"]);
        Assert.StartsWith("Application not trusted: na?ve?? </script>xxx", warwick["X-Trusted-App-Error-Message"], StringComparison.Ordinal);
        Assert.DoesNotMatch("[^ -~]", warwick["X-Trusted-App-Error-Message"]);
    }

    [Fact]
    public async Task A_refused_request_goes_on_as_anonymous_where_anonymous_users_are_allowed()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await server.Request("/open", keys: TestKeys.Blog).SendAsync();

        Assert.Equal((200, "anonymous", "APP_UNKNOWN"), (answer.Status, answer.Body, answer.Code));
        Assert.Null(answer["WWW-Authenticate"]);
    }

    [Fact]
    public async Task Refused_outright_a_request_never_reaches_an_endpoint()
    {
        bool ran = false;
        await using KestrelServer server = await TestProvider.StartAsync(
            options => options.RejectOutright = true,
            map: app => app.Map("/run", () => ran = true));

        Answer answer = await server.Request("/run", keys: TestKeys.Blog).SendAsync();

        Assert.Equal((401, "TrustedApp error=\"APP_UNKNOWN\"", "APP_UNKNOWN"), (answer.Status, answer["WWW-Authenticate"], answer.Code));
        Assert.False(ran);
        Assert.Single(server.Logs.Refusals);
    }

    [Fact]
    public async Task Refusing_outright_lets_ordinary_and_accepted_requests_through()
    {
        await using KestrelServer server = await TestProvider.StartAsync(options => options.RejectOutright = true);

        Assert.Equal("anonymous", (await server.GetAsync("/open")).Body);
        Assert.Equal("fred", (await server.GetTrustedAsync("/open")).Body);
    }

    [Fact]
    public async Task A_user_who_may_not_do_something_is_forbidden_it()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            map: app => app.Map("/admin", TestProvider.Who).RequireAuthorization(policy => policy.RequireRole("admin")));

        Answer answer = await server.GetTrustedAsync("/admin");

        Assert.Equal((403, "OK", ""), (answer.Status, answer.Code, answer.Body));
        Assert.Null(answer["WWW-Authenticate"]);
    }

    [Fact]
    public async Task Details_are_written_where_the_application_uses_problem_details()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            services: services => services.AddProblemDetails(),
            map: app => app.Map("/admin", TestProvider.Who).RequireAuthorization(policy => policy.RequireRole("admin")));

        AssertProblem(await server.GetAsync("/closed"), 401, "The request is not made by a trusted application.");
        AssertProblem(await server.Request("/closed", keys: TestKeys.Blog).SendAsync(), 401, "The trusted request was refused: APP_UNKNOWN.");
        AssertProblem(await server.GetTrustedAsync("/admin"), 403, "The user may not do this.");

        static void AssertProblem(Answer answer, int status, string detail)
        {
            using JsonDocument problem = JsonDocument.Parse(answer.Body);
            Assert.Equal("application/problem+json", answer["Content-Type"]);
            Assert.Equal((status, status), (answer.Status, problem.RootElement.GetProperty("status").GetInt32()));
            Assert.Equal(detail, problem.RootElement.GetProperty("detail").GetString());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_cannot_be_decided_is_unavailable(bool refuseOutright)
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options =>
            {
                TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki);
                trust.RefuseReplays = true;
                options.Applications.Add(trust);
                options.RejectOutright = refuseOutright;
            },
            services => services.AddSingleton<IReplayCache>(new InMemoryReplayCache(new InMemoryReplayCacheOptions { Capacity = 1, IsNewInstallation = true })));

        Answer first = await server.GetTrustedAsync("/closed/1");
        Answer second = await server.GetTrustedAsync("/closed/2");

        Assert.Equal((200, "OK"), (first.Status, first.Code));
        Assert.Equal((503, "UNAVAILABLE", "TrustedApp error=\"UNAVAILABLE\""), (second.Status, second.Code, second["WWW-Authenticate"]));
    }

    [Fact]
    public async Task A_challenge_gives_the_reason_though_nothing_asked_before()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            services: services => services.AddAuthentication("None").AddCookie("None"),
            map: app => app.Map("/challenge", () => Results.Challenge(authenticationSchemes: [TrustedAppsDefaults.AuthenticationScheme])));

        Answer answer = await server.Request("/challenge", keys: TestKeys.Blog).SendAsync();

        Assert.Equal((401, "TrustedApp error=\"APP_UNKNOWN\"", "APP_UNKNOWN"), (answer.Status, answer["WWW-Authenticate"], answer.Code));
    }

    [Fact]
    public async Task The_outcome_is_told_though_the_endpoint_fails()
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app =>
        {
            app.UseExceptionHandler(handler => handler.Run(context => context.Response.WriteAsync("sorry")));
            app.UseAuthentication();
            app.UseAuthorization();
            app.Map("/fail", string () => throw new InvalidOperationException("The endpoint fails."));
        });

        Answer answer = await server.GetTrustedAsync("/fail");

        Assert.Equal((500, "sorry", "OK", "no-store, private"), (answer.Status, answer.Body, answer.Code, answer["Cache-Control"]));
    }

    [Fact]
    public async Task The_log_has_the_reason_in_its_scope()
    {
        await using KestrelServer server = await TestProvider.StartAsync();
        await server.Request("/closed", keys: TestKeys.Blog).SendAsync();
        LogLine line = Assert.Single(server.Logs.Refusals);
        Assert.Equal([new("trusted_apps.rejection.reason", "application.unknown")], Assert.IsType<KeyValuePair<string, object?>[]>(line.Scope));
    }

    [Fact]
    public async Task Problem_details_have_the_reason_once_the_sender_is_proven()
    {
        await using KestrelServer server = await TestProvider.StartAsync(services: services => services.AddProblemDetails());
        Assert.DoesNotContain("\"reason\"", (await server.Request("/closed", keys: TestKeys.Blog).SendAsync()).Body, StringComparison.Ordinal);
        Answer proven = await server.Request("/closed", method: HttpMethod.Delete).SendAsync();
        Assert.Equal("BAD_METHOD", proven.Code);
        Assert.Contains("\"reason\":\"conditions.method\"", proven.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_over_HTTP_2_are_verified_the_same_way()
    {
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication().AddTrustedApps(options =>
                {
                    options.BaseUrls.Add(origin);
                    options.Applications.Add(TestProvider.Trust(TestKeys.Wiki));
                });
            },
            TestProvider.MapWho,
            Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2);
        HttpRequestMessage request = server.Request("/closed/a%20b?q=%2B");
        (request.Version, request.VersionPolicy) = (new Version(2, 0), HttpVersionPolicy.RequestVersionExact);

        Answer answer = await request.SendAsync();

        Assert.Equal((200, "fred", "OK"), (answer.Status, answer.Body, answer.Code));
    }

    [Fact]
    public async Task A_server_that_keeps_no_raw_target_still_serves_what_its_paths_spell_one_way()
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app =>
        {
            app.Use(static (context, next) =>
            {
                context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget = ""; // as TestServer does
                return next(context);
            });
            app.UseAuthentication();
            app.UseAuthorization();
        });

        Assert.Equal("OK", (await server.GetTrustedAsync("/open/a%20b?q=%2B")).Code);
    }
}
