using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests;

public sealed class EndToEndTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task A_request_on_behalf_of_a_user_arrives_as_that_user(string version)
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, version)));
        using var wiki = new Consumer(tracker.Origin, options => options.Version = version);

        foreach (string user in new[] { "fred", "Ann Über", "李明", "o'neill@example.com <x> & \"y\"", new string('n', 1024) })
        {
            Answer answer = await wiki.GetAsync(tracker.Origin + "/closed/a%20b/%C3%A4?q=a%2Bb+c&r=%7E", user);

            Assert.Equal((200, user), (answer.Status, answer.Body));
            Assert.Equal("OK", answer["X-Seraph-Trusted-App-Status"] ?? answer["X-Trusted-App-Status"]);
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task Content_arrives_with_a_method_that_the_trust_allows(string version)
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(
            options =>
            {
                TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki, version);
                trust.Methods.Add("POST");
                options.Applications.Add(trust);
            },
            map: app => app.MapPost("/echo", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                return $"{context.User.Identity!.Name}: {await reader.ReadToEndAsync(context.RequestAborted)}";
            }).RequireAuthorization());
        using var wiki = new Consumer(tracker.Origin, options => options.Version = version);

        for (int time = 0; time < 3; time++)
        {
            Answer answer = await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/echo", content: new StringContent("a new issue"));

            Assert.Equal((200, "fred: a new issue"), (answer.Status, answer.Body));
        }
    }

    [Theory]
    [InlineData("1", "2")]
    [InlineData("2", "1")]
    [InlineData("3", "2")]
    [InlineData("2", "3")]
    [InlineData("warwick", "3")]
    [InlineData("3", "warwick")]
    public async Task A_version_that_the_trust_does_not_name_is_refused_and_no_answer_changes_it(string spoken, string accepted)
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, accepted)));
        using var wiki = new Consumer(tracker.Origin, options => options.Version = spoken);

        for (int time = 0; time < 2; time++)
        {
            Answer answer = await wiki.GetAsync(tracker.Origin + "/closed");

            Assert.Equal((401, "BAD_PROTOCOL_VERSION"), (answer.Status, answer.Code ?? answer["X-Trusted-App-Error-Code"]));
        }
    }

    [Fact]
    public async Task An_application_id_may_hold_any_letters()
    {
        ApplicationKeys keys = ThrowAwayKeys.Of("вики ☃", 3);
        await using KestrelServer tracker = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(keys)));
        using var wiki = new Consumer(tracker.Origin, options => options.Keys = keys);

        Assert.Equal("fred", (await wiki.GetAsync(tracker.Origin + "/closed")).Body);
    }

    [Fact]
    public async Task Stamps_15_minutes_ahead_are_for_providers_that_expect_them()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(options =>
        {
            TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki), strict = TestProvider.Trust(TestKeys.Blog);
            strict.FutureTolerance = TimeSpan.Zero;
            options.Applications.Add(trust);
            options.Applications.Add(strict);
        });
        using var wiki = new Consumer(tracker.Origin, options => options.PostDate = true);
        using var blog = new Consumer(tracker.Origin, options => (options.PostDate, options.Keys) = (true, TestKeys.Blog));

        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Equal("FUTURE_CERT", (await blog.GetAsync(tracker.Origin + "/closed")).Code);
    }

    [Fact]
    public async Task A_Host_header_that_is_set_is_what_is_signed()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(options => options.BaseUrls.Add("http://tracker.example"));
        using var wiki = new Consumer(tracker.Origin);
        var request = new HttpRequestMessage(HttpMethod.Get, tracker.Origin + "/closed") { Headers = { Host = "tracker.example" } };

        Answer named = await wiki.SendAsync(request.OnBehalfOf("fred"));
        Answer unnamed = await wiki.GetAsync(tracker.Origin + "/closed");

        Assert.Equal(("OK", "BAD_URL"), (named.Code, unnamed.Code));
    }

    [Fact]
    public async Task What_is_signed_is_what_HttpClient_makes_of_the_URL()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync();
        using var wiki = new Consumer(tracker.Origin);
        wiki.Client.BaseAddress = new Uri(tracker.Origin);

        foreach (string path in new[] { "/open/%7e%41/../ü x?ü=%zz#part", "/open?", "/open/?a=b?c", "/open//x;y=1", "/open/[x]{y}|z^`\"<>" })
        {
            Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + path)).Code);
        }
    }
}
