using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using TrustedApps.Testing;

namespace Samples.Tests;

public sealed class TrackerApiTests
{
    private const string Issues = "rest/api/issues";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fred", new[] { "TRK-1", "TRK-4" })]
    [InlineData("barney", new[] { "TRK-1", "TRK-5" })]
    [InlineData("zo\u00EB", new[] { "TRK-1" })]
    public async Task Each_user_finds_the_issues_that_the_user_may_see(string user, string[] expected)
    {
        await using var tracker = new TrackerInProcess();
        using HttpClient client = tracker.CreateTrustedClient(user);

        JsonElement[] found = await client.GetFromJsonAsync<JsonElement[]>($"{Issues}?q=release", Cancellation) ?? [];

        Assert.Equal(expected, found.Select(issue => issue.GetProperty("key").GetString()));
    }

    [Theory]
    [InlineData("wilma", HttpStatusCode.Forbidden, "PERMISSION_DENIED")] // may not log in
    [InlineData("betty", HttpStatusCode.Unauthorized, "USER_UNKNOWN")]
    public async Task A_user_who_has_no_access_is_refused(string user, HttpStatusCode status, string code)
    {
        await using var tracker = new TrackerInProcess();
        using HttpClient client = tracker.CreateTrustedClient(user);

        using HttpResponseMessage response = await client.GetAsync(Issues, Cancellation);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal($"TrustedApp error=\"{code}\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task An_issue_that_an_application_adds_belongs_to_its_user()
    {
        await using var tracker = new TrackerInProcess();
        using HttpClient fred = tracker.CreateTrustedClient("fred");
        using HttpClient barney = tracker.CreateTrustedClient("barney");

        using HttpResponseMessage added = await fred.PostAsJsonAsync(Issues, new { summary = "Water the plants" }, Cancellation);

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        string url = added.Headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.OK, (await fred.GetAsync(url, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await barney.GetAsync(url, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_api_knows_that_an_application_asked()
    {
        await using var tracker = new TrackerInProcess();
        using HttpClient client = tracker.CreateTrustedClient("fred");

        JsonElement myself = await client.GetFromJsonAsync<JsonElement>("rest/api/myself", Cancellation);

        Assert.Equal("TrustedApps", myself.GetProperty("authenticationScheme").GetString());
    }

    [Fact]
    public async Task The_token_mirror_is_open_to_applications()
    {
        await using var tracker = new TrackerInProcess();
        using HttpClient client = tracker.CreateTrustedClient("fred");

        Assert.Contains("TRK-4", await client.GetStringAsync("rest/token-auth/api/issues", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ErrorCode.OldAssertion, HttpStatusCode.Unauthorized)]
    [InlineData(ErrorCode.Replayed, HttpStatusCode.Unauthorized)]
    [InlineData(ErrorCode.Unavailable, HttpStatusCode.ServiceUnavailable)]
    public async Task A_rejected_request_gets_no_page_of_the_login(ErrorCode code, HttpStatusCode status)
    {
        await using var tracker = new TrackerInProcess();
        using HttpClient client = tracker.CreateTrustedClient("fred", options => options.RejectAs = code);

        using HttpResponseMessage response = await client.GetAsync(Issues, Cancellation);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_calendar_is_told_who_asked_and_what_for()
    {
        await using var calendar = new TrustedAppsTestProvider(app =>
            app.MapGet("/rest/api/dates", () => new { dates = Array.Empty<object>(), user = "fred", askedBy = Array.Empty<string>() }));
        await using var tracker = new TrackerInProcess { Calendar = calendar };
        using HttpClient wiki = tracker.CreateTrustedClient("fred", options => options.ApplicationId = "wiki:8731");

        await wiki.GetStringAsync("rest/api/dates", Cancellation);

        TestProviderRequest request = Assert.Single(calendar.Requests);
        Assert.Equal(("tracker:42", "fred"), (request.ApplicationId, request.User));
        Assert.Equal(["wiki:8731"], request.Actors);
        Assert.Equal(["dates.read"], request.Scopes);
    }
}
