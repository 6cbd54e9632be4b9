using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TrustedApps.AspNetCore;
using TrustedApps.Client;
using TrustedApps.Testing.Requests;

namespace TrustedApps.Testing.Tests;

public sealed class ConsumerTests : IAsyncDisposable
{
    private readonly TrustedAppsTestProvider _tracker = new(Map);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // What a consumer may have to handle, and what its client says.
    public static TheoryData<ErrorCode> Codes =>
    [
        ErrorCode.ApplicationUnknown, ErrorCode.BadProtocolVersion, ErrorCode.BadRemoteAddress, ErrorCode.BadUrl, ErrorCode.BadMethod,
        ErrorCode.OldAssertion, ErrorCode.FutureAssertion, ErrorCode.BadGrant, ErrorCode.GrantNeeded,
        ErrorCode.BadMagic, ErrorCode.BadSignature, ErrorCode.BadDigest, ErrorCode.Replayed,
        ErrorCode.UserUnknown, ErrorCode.PermissionDenied,
    ];

    [Fact]
    public async Task A_stand_in_answers_in_place_of_the_provider()
    {
        using IHost wiki = await StartWikiAsync();

        Assert.Equal("the issues of fred", await AskAsync(wiki));

        TestProviderRequest request = Assert.Single(_tracker.Requests);
        Assert.Equal(("GET", "/rest/api/issues", "fred", null), (request.Method, request.Path, request.User, request.Rejection));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task It_rejects_as_the_provider_does(ErrorCode code)
    {
        using IHost wiki = await StartWikiAsync();
        _tracker.Reject(code);

        TrustedAppException refused = await Assert.ThrowsAsync<TrustedAppException>(() => AskAsync(wiki));
        Assert.Equal(code, refused.Code);
        Assert.All(_tracker.Requests, request => Assert.Equal(code, request.Rejection));

        _tracker.Accept();
        Assert.Equal("the issues of fred", await AskAsync(wiki));
    }

    [Fact]
    public async Task It_is_unavailable_for_as_long_as_the_test_says()
    {
        using IHost wiki = await StartWikiAsync();
        _tracker.Reject(ErrorCode.Unavailable, retryAfter: TimeSpan.FromSeconds(30));

        TrustedAppUnavailableException refused = await Assert.ThrowsAsync<TrustedAppUnavailableException>(() => AskAsync(wiki));

        Assert.Equal(TimeSpan.FromSeconds(30), refused.RetryAfter);
    }

    [Fact]
    public async Task A_second_try_of_the_client_is_seen()
    {
        using IHost wiki = await StartWikiAsync();
        _tracker.Reject(ErrorCode.Replayed, times: 1);

        Assert.Equal("the issues of fred", await AskAsync(wiki));

        Assert.Equal([ErrorCode.Replayed, null], _tracker.Requests.Select(request => request.Rejection));
    }

    [Fact]
    public async Task A_rejection_that_the_client_meets_at_its_second_try_counts_once()
    {
        using IHost wiki = await StartWikiAsync(options => options.MaxClockCorrection = TimeSpan.Zero);
        await AskAsync(wiki); // the key grant is kept, and the next request only names it
        _tracker.Reject(ErrorCode.FutureAssertion, times: 2); // and the client tries twice

        Assert.Equal(ErrorCode.FutureAssertion, (await Assert.ThrowsAsync<TrustedAppException>(() => AskAsync(wiki))).Code);

        Assert.Equal("the issues of fred", await AskAsync(wiki));
    }

    [Fact]
    public async Task It_can_be_unreachable()
    {
        using IHost wiki = await StartWikiAsync();
        _tracker.IsUnreachable = true;

        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(wiki));

        _tracker.IsUnreachable = false;
        Assert.Equal("the issues of fred", await AskAsync(wiki));
    }

    [Fact]
    public async Task It_proves_its_responses_and_its_rejections()
    {
        using IHost wiki = await StartWikiAsync(options => options.RequireResponseProof = true);
        Assert.Equal("the issues of fred", await AskAsync(wiki));
        _tracker.Reject(ErrorCode.PermissionDenied);

        Assert.Equal(ErrorCode.PermissionDenied, (await Assert.ThrowsAsync<TrustedAppException>(() => AskAsync(wiki))).Code);
    }

    [Fact]
    public async Task It_trusts_the_scopes_of_the_client_and_records_them()
    {
        using IHost wiki = await StartWikiAsync(options => options.Scopes.Add("issues.read"));

        Assert.Equal("the issues of fred", await AskAsync(wiki));

        Assert.Equal(["issues.read"], _tracker.Requests[0].Scopes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clients_of_one_consumer_share_a_trust_with_the_scopes_of_all(bool isStandIn)
    {
        await using var tracker = new TrackerFactory();
        using IHost wiki = await StartAsync(
            services =>
            {
                services.AddHttpClient("writer", client => client.BaseAddress = new Uri($"{TrackerFactory.Url}/")).AddTrustedApp(options =>
                {
                    (options.BaseUrl, options.KeyFile, options.ThrowOnRejection) = (TrackerFactory.Url, "not-here.json", true);
                    options.Scopes.Add("issues.write");
                });
                if (isStandIn) services.AddTrustedAppsTestProvider(_tracker);
                else services.AddTrustedAppsTestProvider(tracker);
            },
            options => options.Scopes.Add("issues.read"));

        foreach (string name in (string[])["tracker", "writer", "tracker", "writer"])
        {
            Assert.Contains("fred", await AskAsync(wiki.Services, name), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(_tracker.Requests, request => request.Rejection is not (null or ErrorCode.GrantNeeded));
    }

    [Fact]
    public async Task Of_two_schemes_in_one_process_that_with_the_base_url_answers()
    {
        await using var tracker = new TrackerFactory
        {
            Scheme = "First",
            MoreServices = services => services.AddAuthentication().AddTrustedApps("Second", options =>
            {
                (options.Id, options.Keys) = ("second:1", "not-here.json");
                options.BaseUrls.Add("https://second.example");
            }),
        };
        using IHost wiki = await StartAsync(services => services.AddTrustedAppsTestProvider(tracker), _ => { });

        Assert.EndsWith("fred GET 127.0.0.1", await AskAsync(wiki), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rejection_that_is_postponed_is_due_again_whatever_came_in_between()
    {
        _tracker.Reject(ErrorCode.FutureAssertion, times: 1);
        RejectionDemand first = _tracker.FindDemand()!;
        Assert.Null(_tracker.FindDemand()); // a concurrent request

        _tracker.Postpone(first);

        Assert.Same(first, _tracker.FindDemand());
        _tracker.Reject(ErrorCode.Replayed, times: 1);
        _tracker.Postpone(first); // is due no more
        Assert.Equal([ErrorCode.Replayed, null], [_tracker.FindDemand()?.Code, _tracker.FindDemand()?.Code]);
    }

    [Fact]
    public void What_a_client_of_a_stand_in_cannot_set_is_named()
    {
        AssertRefused("Reject", options => options.RejectAs = ErrorCode.Replayed);
        AssertRefused("Conditions", options => options.Conditions = TrustedClientOptions.Everything);
        AssertRefused("Conditions", options => options.ConditionsFrom = "wiki:8731");

        void AssertRefused(string remedy, Action<TrustedClientOptions> configure) => Assert.Contains(
            remedy,
            Assert.Throws<InvalidOperationException>(() => _tracker.CreateTrustedClient("fred", configure)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_clock_is_that_of_the_consumer()
    {
        using IHost wiki = await StartWikiAsync(services: services => services.AddSingleton<TimeProvider>(new FakeTimeProvider()));

        Assert.Equal("the issues of fred", await AskAsync(wiki));
    }

    [Fact]
    public async Task It_needs_no_host()
    {
        await using ServiceProvider services = AddWiki(new ServiceCollection().AddLogging(), _ => { })
            .AddTrustedAppsTestProvider(_tracker)
            .BuildServiceProvider();

        Assert.Equal("the issues of fred", await AskAsync(services));
    }

    [Fact]
    public async Task A_class_that_takes_a_client_gets_one()
    {
        using HttpClient client = _tracker.CreateTrustedClient("fred");

        Assert.Equal("the issues of fred", await client.GetStringAsync("rest/api/issues", Cancellation));
        _tracker.Reject(ErrorCode.UserUnknown);
        using HttpResponseMessage response = await client.GetAsync("rest/api/issues", Cancellation);
        Assert.Contains("USER_UNKNOWN", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_user_is_anonymous_there_too()
    {
        using HttpClient client = _tracker.CreateTrustedClient("fred");
        using IHost wiki = await StartWikiAsync(services: services => services.AddHttpClient("plain"));
        await client.GetStringAsync("rest/api/issues", Cancellation);

        Assert.Equal("anyone", await client.GetStringAsync("open", Cancellation));
    }

    [Fact]
    public async Task Of_two_stand_ins_each_answers_the_clients_of_its_base_url()
    {
        await using var calendar = new TrustedAppsTestProvider(app => app.MapGet("/rest/api/issues", () => "dates"))
        {
            BaseUrl = "https://calendar.example/app",
            ApplicationId = "calendar:1",
        };
        using IHost wiki = await StartWikiAsync(services: services => services
            .AddTrustedAppsTestProvider(calendar)
            .AddHttpClient("calendar", client => client.BaseAddress = new Uri("https://calendar.example/app/"))
            .AddTrustedApp(options => (options.BaseUrl, options.KeyFile) = ("https://calendar.example/app", "not-here.json")));

        Assert.Equal("the issues of fred", await AskAsync(wiki));
        Assert.Equal("dates", await AskAsync(wiki.Services, "calendar"));
        Assert.Equal("/app/rest/api/issues", Assert.Single(calendar.Requests).Path);
        Assert.Single(_tracker.Requests);
    }

    [Fact]
    public async Task Two_stand_ins_for_everything_are_named()
    {
        await using var other = new TrustedAppsTestProvider(Map);

        Exception problem = await Assert.ThrowsAnyAsync<Exception>(
            () => StartWikiAsync(services: services => services.AddTrustedAppsTestProvider(other)));

        Assert.Contains("2 test providers answer the clients of any base URL", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_applications_run_in_one_process()
    {
        await using var tracker = new TrackerFactory();
        using IHost wiki = await StartAsync(services => services.AddTrustedAppsTestProvider(tracker), _ => { });

        Assert.EndsWith("fred GET 127.0.0.1", await AskAsync(wiki), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_url_that_the_other_application_does_not_have_is_named()
    {
        await using var tracker = new TrackerFactory { Options = options => options.BaseUrls[0] = "https://issues.example" };
        using IHost wiki = await StartAsync(services => services.AddTrustedAppsTestProvider(tracker), _ => { });

        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(wiki));

        Assert.StartsWith(
            "The BaseUrl https://tracker.example of a trusted client is not one of the BaseUrls of the test provider that answers it ('https://issues.example')",
            problem.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_applications_use_the_conditions_that_the_test_chooses()
    {
        await using var tracker = new TrackerFactory();
        using IHost wiki = await StartAsync(
            services => services.AddTrustedAppsTestProvider(
                tracker, TrackerFactory.Url, TrustedClientOptions.Everything with { Methods = ["POST"] }),
            _ => { });

        Assert.Equal(ErrorCode.BadMethod, (await Assert.ThrowsAsync<TrustedAppException>(() => AskAsync(wiki))).Code);
    }

    [Theory]
    [InlineData(ErrorCode.SecretKeyNotFound)]
    [InlineData(ErrorCode.Unknown)]
    public void A_rejection_that_cannot_be_demanded_is_refused(ErrorCode code) =>
        Assert.Throws<ArgumentException>(() => _tracker.Reject(code));

    public ValueTask DisposeAsync() => _tracker.DisposeAsync();

    private static void Map(WebApplication app)
    {
        app.MapGet("/rest/api/issues", (ClaimsPrincipal user) => $"the issues of {user.Identity!.Name}");
        app.MapGet("/open", () => "anyone").AllowAnonymous();
    }

    private Task<IHost> StartWikiAsync(
        Action<TrustedAppClientOptions>? configure = null, Action<IServiceCollection>? services = null) =>
        StartAsync(
            all =>
            {
                all.AddTrustedAppsTestProvider(_tracker);
                services?.Invoke(all);
            },
            configure ?? (_ => { }));

    private static async Task<IHost> StartAsync(
        Action<IServiceCollection> services, Action<TrustedAppClientOptions> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = Environments.Development, ApplicationName = "Wiki" });
        AddWiki(builder.Services.AddLogging(), configure);
        services(builder.Services);
        IHost host = builder.Build();
        await host.StartAsync(Cancellation);
        return host;
    }

    // As its developers have it: a key file, and fingerprints of production.
    private static IServiceCollection AddWiki(IServiceCollection services, Action<TrustedAppClientOptions> configure) => services
        .AddHttpClient("tracker", client => client.BaseAddress = new Uri($"{TrackerFactory.Url}/"))
        .AddTrustedApp(options =>
        {
            (options.BaseUrl, options.KeyFile, options.ThrowOnRejection) = (TrackerFactory.Url, "not-here.json", true);
            options.ProviderFingerprints.Add("gGfS bxJF 5nBo Z35n gTE9 hIX7 CY34 ZEVN qBIs na0w R2A");
            configure(options);
        })
        .Services;

    private static Task<string> AskAsync(IHost wiki) => AskAsync(wiki.Services);

    private static async Task<string> AskAsync(IServiceProvider services, string name = "tracker")
    {
        using HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "rest/api/issues").OnBehalfOf("fred");
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
