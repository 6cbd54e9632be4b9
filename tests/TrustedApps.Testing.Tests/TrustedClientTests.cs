using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using TrustedApps.AspNetCore;
using TrustedApps.Client;

namespace TrustedApps.Testing.Tests;

public sealed class TrustedClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_line_makes_a_trusted_request()
    {
        await using var factory = new TrackerFactory();

        using HttpClient client = factory.CreateTrustedClient("fred");

        Assert.Equal("test-consumer fred GET 127.0.0.1", await client.GetStringAsync("/rest/api/issues", Cancellation));
    }

    [Fact]
    public async Task It_works_over_a_socket()
    {
        await using var factory = new TrackerFactory();
        factory.UseKestrel(0);
        factory.StartServer();

        using HttpClient client = factory.CreateTrustedClient("fred");

        Assert.Equal("test-consumer fred GET 127.0.0.1", await client.GetStringAsync("/rest/api/issues", Cancellation));
        Assert.Equal("https://tracker.example/", client.BaseAddress!.ToString());
    }

    [Fact]
    public async Task The_tests_that_were_there_before_start_the_application()
    {
        await using var factory = new TrackerFactory();

        using HttpClient client = factory.CreateClient();

        Assert.Equal("open", await client.GetStringAsync("/", Cancellation));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/rest/api/issues", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/.well-known/trusted-app", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_request_may_name_another_user()
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("fred");
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "rest/x").OnBehalfOf("barney");

        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal("test-consumer barney GET 127.0.0.1", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_client_without_a_user_acts_as_the_application_where_the_request_says_so()
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient();
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "wiki").OnOwnBehalf();

        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode); // verified, and not the wiki
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync("wiki", Cancellation));
    }

    [Fact]
    public async Task A_user_that_the_application_does_not_know_is_refused_by_it()
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("wilma");

        using HttpResponseMessage response = await client.GetAsync("rest/api/issues", Cancellation);

        Assert.Equal("""TrustedApp error="USER_UNKNOWN" """.Trim(), response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Policies_see_the_application_and_its_scopes()
    {
        await using var factory = new TrackerFactory();
        using HttpClient wiki = factory.CreateTrustedClient("fred", options => options.ApplicationId = "wiki:8731");
        using HttpClient other = factory.CreateTrustedClient("fred");
        using HttpClient writer = factory.CreateTrustedClient("fred", options => options.Scopes.Add("issues.write"));
        using HttpClient reader = factory.CreateTrustedClient("fred", options => options.Scopes.Add("issues.read"));

        Assert.Equal(HttpStatusCode.OK, (await wiki.GetAsync("wiki", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync("wiki", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await writer.GetAsync("write", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync("write", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_application_sees_who_asked_the_consumer()
    {
        await using var factory = new TrackerFactory
        {
            Endpoints = app => app
                .MapGet("/actors", (ClaimsPrincipal user) => user.FindAll(TrustedAppsClaimTypes.Actor).Select(actor => actor.Value))
                .RequireAuthorization("Trusted"),
        };
        using HttpClient client = factory.CreateTrustedClient("fred", options =>
        {
            options.Actors.Add("wiki:8731");
            options.Actors.Add("blog:1");
        });

        Assert.Equal(["wiki:8731", "blog:1"], await client.GetFromJsonAsync<string[]>("actors", Cancellation) ?? []);
    }

    [Fact]
    public async Task Content_is_bound_and_arrives()
    {
        await using var factory = new TrackerFactory
        {
            Endpoints = app => app.MapPost("/echo", (Note note) => note).RequireAuthorization("Trusted"),
        };
        using HttpClient client = factory.CreateTrustedClient("fred");

        using HttpResponseMessage response = await client.PostAsJsonAsync("echo", new Note("later"), Cancellation);

        Assert.Equal(new Note("later"), await response.Content.ReadFromJsonAsync<Note>(Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Responses_are_proven_where_the_client_demands_it(bool overSocket)
    {
        await using var factory = new TrackerFactory();
        if (overSocket) factory.UseKestrel(0);
        if (overSocket) factory.StartServer();
        using HttpClient client = factory.CreateTrustedClient("fred", options => options.Client.RequireResponseProof = true);

        using HttpResponseMessage response = await client.GetAsync("rest/x", Cancellation);

        Assert.Single(response.Headers.GetValues("X-Seraph-Trusted-App-Proof"));
        Assert.Equal("test-consumer fred GET 127.0.0.1", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData(false, "rest/%7Efred/a%2Fb?q=%41&r=a+b")]
    [InlineData(true, "rest/%7Efred/a%2Fb?q=%41&r=a+b")]
    [InlineData(false, "rest/zo%C3%AB//x;v=1?")]
    public async Task A_target_is_verified_as_it_was_sent(bool overSocket, string target)
    {
        await using var factory = new TrackerFactory();
        if (overSocket) factory.UseKestrel(0);
        if (overSocket) factory.StartServer();
        using HttpClient client = factory.CreateTrustedClient("fred");

        using HttpResponseMessage response = await client.GetAsync(target, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_come_from_the_address_that_the_test_chooses(bool overSocket)
    {
        await using var factory = new TrackerFactory();
        if (overSocket) factory.UseKestrel(0);
        if (overSocket) factory.StartServer();
        using HttpClient client = factory.CreateTrustedClient(
            "fred", options => options.RemoteAddress = IPAddress.Parse("10.1.2.3"));

        Assert.Contains("10.1.2.3", await client.GetStringAsync("rest/x", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/app", "")]
    [InlineData("", "/app")]
    [InlineData("", "")]
    public async Task A_base_url_with_a_path_is_reached_as_behind_a_proxy(string pathBase, string pathPrefix)
    {
        await using var factory = new TrackerFactory
        {
            Options = options =>
            {
                options.BaseUrls.Clear();
                options.BaseUrls.Add("https://tracker.example/app");
                options.PathPrefix = pathPrefix;
            },
            Middleware = app => app.UsePathBase(pathBase).UseRouting(),
        };
        using HttpClient client = factory.CreateTrustedClient("fred");

        Assert.StartsWith("test-consumer fred", await client.GetStringAsync("rest/api/issues?q=1", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_followed_with_a_new_assertion()
    {
        await using var factory = new TrackerFactory
        {
            Endpoints = app => app.MapGet("/old", () => Results.Redirect("/rest/new")).RequireAuthorization("Trusted"),
        };
        using HttpClient client = factory.CreateTrustedClient("fred");

        using HttpResponseMessage response = await client.GetAsync("old", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("https://tracker.example/rest/new", response.RequestMessage!.RequestUri!.ToString());
    }

    [Fact]
    public async Task A_trust_that_ends_refuses_the_next_request()
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("fred", options => options.ApplicationId = "wiki:8731");
        await client.GetStringAsync("rest/x", Cancellation);

        Assert.True(factory.RevokeTrust("wiki:8731"));
        using HttpResponseMessage response = await client.GetAsync("rest/x", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("APP_UNKNOWN", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.False(factory.RevokeTrust("wiki:8731"));
    }

    private sealed record Note(string Text);
}
