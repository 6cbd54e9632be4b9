using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore;
using TrustedApps.Keys;
using TrustedApps.Storage;
using TrustedApps.Testing.Hosting;

namespace TrustedApps.Testing.Tests;

/// <summary>Applications of all kinds start and verify.</summary>
public sealed class ApplicationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_factories_in_parallel_know_nothing_of_each_other()
    {
        await using var one = new TrackerFactory();
        await using var two = new TrackerFactory();
        using HttpClient ofOne = one.CreateTrustedClient("fred", options => options.ApplicationId = "wiki:8731");
        using HttpClient ofTwo = two.CreateTrustedClient("fred", options => options.ApplicationId = "wiki:8731");
        Task<string>[] answers = [.. Enumerable.Range(0, 20).SelectMany(_ => new[]
        {
            ofOne.GetStringAsync("wiki", Cancellation), ofTwo.GetStringAsync("wiki", Cancellation),
        })];
        Assert.All(await Task.WhenAll(answers), answer => Assert.StartsWith("wiki:8731 fred", answer, StringComparison.Ordinal));

        one.RevokeTrust("wiki:8731");

        Assert.Equal(HttpStatusCode.Unauthorized, (await ofOne.GetAsync("wiki", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ofTwo.GetAsync("wiki", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_scheme_may_have_another_name()
    {
        await using var factory = new TrackerFactory { Scheme = "Applications" };

        using HttpClient client = factory.CreateTrustedClient("fred");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("rest/x", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Of_two_schemes_the_client_names_one()
    {
        await using var factory = new TrackerFactory
        {
            Scheme = "First",
            MoreServices = services => services.AddAuthentication().AddTrustedApps("Second", options =>
            {
                (options.Id, options.Keys) = ("second:1", "not-here.json");
                options.BaseUrls.Add("https://second.example");
            }),
            Endpoints = app => app.MapGet("/second", TrackerFactory.Describe).RequireAuthorization(
                policy => policy.AddAuthenticationSchemes("Second").RequireAuthenticatedUser()),
        };
        using HttpClient first = factory.CreateTrustedClient("fred", options => options.AuthenticationScheme = "First");
        using HttpClient second = factory.CreateTrustedClient("fred", options =>
            (options.AuthenticationScheme, options.ApplicationId) = ("Second", "blog:1"));

        Assert.Equal("https://second.example/", second.BaseAddress!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("rest/x", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("second", Cancellation)).StatusCode);
        Assert.Equal(
            "The application has the schemes 'First', 'Second'. Set AuthenticationScheme to the one that the client is for.",
            Assert.Throws<InvalidOperationException>(() => factory.CreateTrustedClient("fred")).Message);
        Assert.Contains(
            "no scheme 'Third'",
            Assert.Throws<InvalidOperationException>(() => factory.CreateTrustedClient("fred", options => options.AuthenticationScheme = "Third")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_with_a_store_keeps_its_trusts_and_gets_those_of_the_test()
    {
        using var folder = new ScratchFolder();
        await using var factory = new TrackerFactory
        {
            Options = options => options.Keys = null,
            MoreServices = services => services.AddTrustedAppsStore(store =>
                (store.Connection, store.KeyFolder) = (folder.PathOf("trust.db"), folder.PathOf("ring"))),
        };
        using HttpClient client = factory.CreateTrustedClient("fred");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("rest/x", Cancellation)).StatusCode);
        Assert.Empty((await factory.Services.GetRequiredService<TrustAdministration>().ListAsync(null, 0, 10, Cancellation)).Trusts);
    }

    [Fact]
    public async Task An_application_may_have_an_own_key_store()
    {
        await using var factory = new TrackerFactory
        {
            Options = options => options.Keys = null,
            MoreServices = services => services.AddKeyedSingleton<IKeyStore>(
                TrustedAppsDefaults.AuthenticationScheme, (_, _) => throw new InvalidOperationException("The HSM is not here.")),
        };
        using HttpClient client = factory.CreateTrustedClient("fred");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("rest/x", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task An_application_may_have_its_keys_elsewhere()
    {
        await using var factory = new TrackerFactory
        {
            Options = options => (options.Id, options.Keys, options.KeySource) =
                (null, null, new KeySourceOptions { Id = "tracker:43" }),
        };
        using HttpClient client = factory.CreateTrustedClient("fred");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("rest/x", Cancellation)).StatusCode);
        Assert.Equal(
            "tracker:43",
            factory.Services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme).Keys.Id);
    }

    [Fact]
    public async Task An_application_may_ask_a_chain_of_schemes()
    {
        await using var factory = new TrackerFactory
        {
            MoreServices = services => services.AddAuthentication("site").AddCookie("session").AddChain(
                "site", chain => chain.Try(TrustedAppsDefaults.AuthenticationScheme).Try("session").ChallengeWith("session")),
            Endpoints = app => app.MapGet("/page", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization(),
        };
        using HttpClient client = factory.CreateTrustedClient("fred");
        using HttpClient browser = factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

        Assert.Equal("fred", await client.GetStringAsync("page", Cancellation));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("page", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task An_application_without_an_id_and_a_base_url_in_its_configuration_gets_them()
    {
        await using var factory = new TrackerFactory
        {
            Options = options =>
            {
                options.Id = null;
                options.BaseUrls.Clear();
            },
        };
        using HttpClient client = factory.CreateTrustedClient("fred");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("rest/x", Cancellation)).StatusCode);
        Assert.Equal("https://localhost/", client.BaseAddress!.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_the_test_builds_itself_works(bool overSocket)
    {
        WebApplicationBuilder builder = CreateBuilder("Testing");
        if (overSocket) builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        else builder.WebHost.UseTestServer();
        builder.Services.AddTrustedAppsTesting();
        await using WebApplication app = builder.Build();
        app.UseAuthentication();
        app.MapGet("/", (ClaimsPrincipal user) => user.Identity?.Name ?? "anonymous");
        await app.StartAsync(Cancellation);

        using HttpClient client = app.CreateTrustedClient("fred");

        Assert.Equal("fred", await client.GetStringAsync("", Cancellation));
        Assert.True(app.RevokeTrust("test-consumer"));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("""{"Scheme":"https","Host":"tracker.example","BasePath":"","Target":"/address","Address":"10.1.2.3"}""")]
    [InlineData("""0123456789ABCDEF0123456789ABCDEF{"Scheme":"https","Host":"tracker.example","BasePath":"","Target":"/address","Address":"10.1.2.3"}""")]
    public async Task A_mark_from_elsewhere_is_removed_and_says_nothing(string mark)
    {
        await using var factory = new TrackerFactory
        {
            Endpoints = app => app.MapGet("/address", (HttpContext context) =>
                $"{context.Connection.RemoteIpAddress} {context.Request.Headers.ContainsKey("TrustedApps-Testing")}"),
        };
        using HttpClient client = factory.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/address");
        request.Headers.TryAddWithoutValidation("TrustedApps-Testing", mark);

        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal("127.0.0.1 False", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task An_environment_may_be_named_and_the_call_repeated()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Staging" });
        builder.WebHost.UseTestServer();
        builder.Services.AddTrustedAppsTesting(allowedEnvironments: ["staging"]);
        AddTracker(builder);
        builder.Services.AddTrustedAppsTesting();
        await using WebApplication app = builder.Build();
        app.UseAuthentication();
        app.MapGet("/", (ClaimsPrincipal user) => user.Identity?.Name ?? "anonymous");
        await app.StartAsync(Cancellation);

        using HttpClient client = app.CreateTrustedClient("fred");

        Assert.Equal("fred", await client.GetStringAsync("", Cancellation));
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("")]
    public void Production_cannot_be_named(string name) =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddTrustedAppsTesting(allowedEnvironments: [name]));

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("development", true)]
    [InlineData("Test", true)]
    [InlineData("testing-eu", true)]
    [InlineData("mine", true)]
    [InlineData("Staging", false)]
    [InlineData("Prod", false)]
    [InlineData("production", false)]
    public void Without_a_host_the_variables_name_the_environment(string? name, bool isAllowed)
    {
        Exception? refused = Record.Exception(
            () => TestEnvironment.Require(host: null, variable => variable == "DOTNET_ENVIRONMENT" ? name : null, ["Mine"]));

        Assert.Equal(isAllowed, refused is null);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("Prod-West")]
    public async Task It_does_not_start_where_users_are_served(string environment)
    {
        WebApplicationBuilder builder = CreateBuilder(environment);
        builder.WebHost.UseTestServer();
        builder.Services.AddTrustedAppsTesting();
        await using WebApplication app = builder.Build();

        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync(Cancellation));

        Assert.StartsWith("AddTrustedAppsTesting must not be used in production", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_says_that_the_host_is_for_tests()
    {
        using var logs = new LogRecorder();
        await using var factory = new TrackerFactory
        {
            TestServices = services => services.AddLogging(logging => logging.AddProvider(logs)),
        };

        _ = factory.Services;

        LogLine line = Assert.Single(logs.Lines, line => line.Event.Name == "TestingActive");
        Assert.Equal(LogLevel.Warning, line.Level);
    }

    [Fact]
    public async Task The_wrong_order_is_named()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.WebHost.UseTestServer();
        builder.Services.AddTrustedAppsTesting();
        AddTracker(builder);
        await using WebApplication app = builder.Build();

        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync(Cancellation));

        Assert.Contains("Call AddTrustedAppsTesting last", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_that_is_not_prepared_is_named()
    {
        WebApplicationBuilder builder = CreateBuilder("Testing");
        builder.WebHost.UseTestServer();
        await using WebApplication app = builder.Build();

        var problem = Assert.Throws<InvalidOperationException>(() => app.CreateTrustedClient("fred"));

        Assert.StartsWith("The application is not prepared", problem.Message, StringComparison.Ordinal);
    }

    private static WebApplicationBuilder CreateBuilder(string environment)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        AddTracker(builder);
        return builder;
    }

    private static void AddTracker(WebApplicationBuilder builder)
    {
        builder.Services.AddRouting();
        builder.Services.AddSingleton(UserResolvers.Everyone);
        builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options =>
        {
            options.Keys = "not-here.json";
            options.BaseUrls.Add("https://tracker.example");
        });
    }
}
