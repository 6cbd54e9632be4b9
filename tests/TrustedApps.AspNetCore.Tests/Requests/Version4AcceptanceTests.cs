using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace TrustedApps.AspNetCore.Tests.Requests;

public sealed class Version4AcceptanceTests
{
    [Theory]
    [AtEachEntrance("/closed", "/closed?q=open&r=a%20b+c%2Bd%26", "/closed/%7Efred/%41?", "/closed/%C3%BC?x=%E2%98%83", "/closed/a:b@c,d;e=f'(g)!*$&")]
    public async Task A_GET_is_accepted_and_answered_in_the_user_s_name(Entrance entrance, string path)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await tracker.SendRawAsync($"GET {path}", Version4.Issue(tracker.Origin, path));

        Assert.Equal((200, "fred", "OK", "no-store, private"), (answer.Status, answer.Body, answer.Code, answer["Cache-Control"]));
        Assert.Null(answer["X-Seraph-Trusted-App-Error"]);
        Assert.Empty(tracker.Logs.Ours);
        LogLine line = Assert.Single(tracker.Logs.Lines, line => line.Event.Name == "Accepted");
        Assert.Equal(LogLevel.Debug, line.Level);
        Assert.Equal("Accepted GET from 127.0.0.1 for application 'wiki', version 4", line.Message);
    }

    [Theory]
    [AtEachEntrance]
    public async Task The_principal_has_user_application_and_version(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await tracker.Trusted("/claims").SendAsync();

        Assert.Equal(
            $"""
            TrustedApps True
            http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name: fred
            {TrustedAppsClaimTypes.ApplicationId}: wiki
            {TrustedAppsClaimTypes.ProtocolVersion}: 4
            """,
            answer.Body);
    }

    [Theory]
    [AtEachEntrance]
    public async Task An_application_that_acts_as_itself_is_authenticated_and_has_no_name(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            options => options.Applications.Add(Version4.Trust(trust => trust.AllowSelf = true)), entrance: entrance);

        Answer claims = await tracker.Trusted("/claims", user: null).SendAsync();
        Answer closed = await tracker.Trusted("/closed", user: null).SendAsync();

        Assert.Equal(
            $"TrustedApps True\n{TrustedAppsClaimTypes.ApplicationId}: wiki\n{TrustedAppsClaimTypes.ProtocolVersion}: 4", claims.Body);
        Assert.Equal((200, "anonymous", "OK"), (closed.Status, closed.Body, closed.Code)); // what Who says of nobody
        Assert.Empty(tracker.Logs.Ours);
    }

    [Theory]
    [AtEachEntrance("李雷", "Zoë O'Connor", "\"quoted\\name\"", "😀 astral 𝒻𝓇ℯ𝒹", "e\u0301 not normalised", "a\u00A0b")]
    public async Task A_user_s_name_arrives_as_it_is(Entrance entrance, string user)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await tracker.Trusted("/closed", user).SendAsync();

        Assert.Equal((200, user), (answer.Status, answer.Body));
    }

    [Theory]
    [AtEachEntrance]
    public async Task A_POST_of_JSON_reaches_the_application_as_it_was_sent(Entrance entrance)
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"summary":"Größe","votes":3}""");
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await tracker.Trusted("/echo", method: HttpMethod.Post, content: json, contentType: "application/json; charset=utf-8").SendAsync();

        Assert.Equal((200, """{"summary":"Größe","votes":3}""", "OK"), (answer.Status, answer.Body, answer.Code));
    }

    [Theory]
    [AtEachEntrance]
    public async Task Every_method_is_accepted_unless_the_trust_says_otherwise(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        foreach (string method in new[] { "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW", "get" })
        {
            Assert.Equal((200, "OK"), Outcome(await tracker.SendRawAsync($"{method} /closed", Version4.Issue(tracker.Origin, "/closed", method: method))));
        }
    }

    [Theory]
    [AtEachEntrance]
    public async Task HTTP_2_by_prior_knowledge_is_accepted(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance, protocols: HttpProtocols.Http2);
        HttpRequestMessage get = tracker.Trusted("/closed/a%2Bb?q=%2F");
        HttpRequestMessage post = tracker.Trusted("/echo", method: HttpMethod.Post, content: [1, 2, 3], contentType: "application/octet-stream");
        HttpRequestMessage changed = tracker.Trusted("/echo", method: HttpMethod.Post, content: "123"u8.ToArray());
        changed.Content = new ByteArrayContent("124"u8.ToArray());
        foreach (HttpRequestMessage request in (HttpRequestMessage[])[get, post, changed]) (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

        Answer got = await get.SendAsync(), posted = await post.SendAsync(), refused = await changed.SendAsync();

        Assert.Equal((200, "fred", "OK"), (got.Status, got.Body, got.Code));
        Assert.Equal((200, "\u0001\u0002\u0003", "OK"), (posted.Status, posted.Body, posted.Code));
        Assert.Equal((401, "BAD_DIGEST"), (refused.Status, refused.Code));
    }

    [Theory]
    [AtEachEntrance]
    public async Task The_name_that_the_resolver_gives_is_the_user(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(services: services => services.AddSingleton(UserResolvers.List(["fred"])), entrance: entrance);

        Answer known = await tracker.Trusted("/closed").SendAsync();
        Answer unknown = await tracker.Trusted("/closed", "ann").SendAsync();

        Assert.Equal((200, "fred"), (known.Status, known.Body));
        Assert.Equal((401, "USER_UNKNOWN"), (unknown.Status, unknown.Code));
        Assert.DoesNotContain("ann", unknown["X-Seraph-Trusted-App-Error"], StringComparison.Ordinal); // it came encrypted
    }

    [Theory]
    [AtEachEntrance]
    public async Task One_grant_serves_many_requests_at_once(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => tracker.Trusted("/closed", $"user{number}").SendAsync()));

        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"user{number}"), answers.Select(answer => answer.Body));
        Assert.Empty(tracker.Logs.Ours);
    }

    private static (int, string?) Outcome(Answer answer) => (answer.Status, answer.Code);
}
