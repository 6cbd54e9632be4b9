using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

public sealed class UserTests
{
    [Fact]
    public async Task The_current_user_is_asked_for_when_the_request_is_sent()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync();
        string? current = "fred";
        using var wiki = new Consumer(tracker.Origin, options => options.CurrentUser = () => current);
        HttpClient client = wiki.Client;

        string first = await client.GetStringAsync(tracker.Origin + "/closed", TestContext.Current.CancellationToken);
        current = "ann";
        string second = await client.GetStringAsync(tracker.Origin + "/closed", TestContext.Current.CancellationToken);

        Assert.Equal(("fred", "ann"), (first, second));
    }

    [Fact]
    public async Task The_user_of_the_request_goes_before_the_current_one()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync();
        using var wiki = new Consumer(tracker.Origin, options => options.CurrentUser = () => "fred");

        Assert.Equal("ann", (await wiki.GetAsync(tracker.Origin + "/closed", "ann")).Body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_user_nothing_is_sent(bool hasAccessor)
    {
        var seen = new RequestLog();
        await using KestrelServer tracker = await TestProvider.StartAsync(map: seen.Watch);
        using var wiki = new Consumer(tracker.Origin, options => options.CurrentUser = hasAccessor ? () => null : null);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            wiki.Client.GetAsync(tracker.Origin + "/closed", TestContext.Current.CancellationToken));

        Assert.Equal("A trusted request needs a user: call OnBehalfOf on the request, or set TrustedAppClientOptions.CurrentUser.", failure.Message);
        Assert.Empty(seen.Seen);
    }

    [Theory]
    [InlineData("fred\nadmin")]
    [InlineData("fred\r")]
    [InlineData("\u0000")]
    [InlineData("\u0085")]
    [InlineData(null)]
    public async Task A_user_who_cannot_be_sent_safely_is_not_sent(string? user)
    {
        var seen = new RequestLog();
        await using KestrelServer tracker = await TestProvider.StartAsync(map: seen.Watch);
        using var wiki = new Consumer(tracker.Origin);

        await Assert.ThrowsAsync<ArgumentException>(() => wiki.GetAsync(tracker.Origin + "/closed", user ?? "half a pair: \ud800"));

        Assert.Empty(seen.Seen);
    }

    [Theory]
    [InlineData("3", 300)]
    [InlineData("warwick", 100)]
    [InlineData("2", 60)]
    [InlineData("1", 60)]
    public async Task Two_users_in_parallel_through_one_client_get_their_own_answers(string version, int requests)
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(options =>
        {
            TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki, version);
            trust.RefuseReplays = true;
            options.Applications.Add(trust);
        });
        using var wiki = new Consumer(tracker.Origin, options => options.Version = version);
        HttpClient client = wiki.Client;
        var answers = new ConcurrentBag<(string Asked, string Answered)>();

        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellationToken) =>
        {
            string user = number % 2 == 0 ? "fred" : "ann";
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, tracker.Origin + "/closed").OnBehalfOf(user); // one URL for all
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            answers.Add((user, await response.Content.ReadAsStringAsync(cancellationToken)));
        });

        Assert.Equal(requests, answers.Count);
        Assert.All(answers, answer => Assert.Equal(answer.Asked, answer.Answered));
        Assert.Empty(tracker.Logs.Refusals);
    }

    [Fact]
    public async Task A_web_application_asks_for_the_user_of_the_page_that_is_being_made()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync();
        await using KestrelServer wiki = await KestrelServer.StartAsync(
            (builder, _) =>
            {
                builder.Services.AddHttpContextAccessor();
                builder.Services.AddHttpClient("tracker").AddTrustedApp((options, services) =>
                {
                    options.BaseUrl = tracker.Origin;
                    options.Keys = TestKeys.Wiki;
                    options.Version = "3";
                    var accessor = services.GetRequiredService<IHttpContextAccessor>();
                    options.CurrentUser = () => accessor.HttpContext?.Request.Headers["Reader"];
                });
            },
            app => app.MapGet("/page", (IHttpClientFactory clients) => clients.CreateClient("tracker").GetStringAsync(tracker.Origin + "/closed")));
        var answers = new ConcurrentBag<(string Asked, string Answered)>();

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
        {
            string reader = number % 2 == 0 ? "fred" : "ann";
            Answer page = await new HttpRequestMessage(HttpMethod.Get, wiki.Origin + "/page").With("Reader", reader).SendAsync();
            answers.Add((reader, page.Body));
        });

        Assert.Equal(200, answers.Count);
        Assert.All(answers, answer => Assert.Equal(answer.Asked, answer.Answered));
    }
}
