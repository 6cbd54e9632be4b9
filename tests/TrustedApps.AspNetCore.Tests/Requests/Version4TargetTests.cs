using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>What of the request line version 4 signs, and what it refuses to hear of.</summary>
public sealed class Version4TargetTests
{
    private const string Public = "https://tracker.example/app";

    [Theory]
    [AtEachEntrance]
    public async Task A_path_base_that_UsePathBase_takes_off_is_signed_with_it(Entrance entrance)
    {
        await using KestrelServer tracker = await StartBelowAppAsync(entrance, before: app => app.UsePathBase("/app"));

        Assert.Equal("200 fred OK", await AskAsync(tracker, "/app/closed/%7E?q=1", asked: "/app/closed/%7E?q=1", Public));
        Assert.Equal("401  BAD_SIGNATURE", await AskAsync(tracker, "/closed", asked: "/app/closed", Public));
    }

    [Theory]
    [AtEachEntrance]
    public async Task A_prefix_that_a_proxy_strips_in_silence_is_configured(Entrance entrance)
    {
        await using KestrelServer tracker = await StartBelowAppAsync(entrance, options => options.PathPrefix = "/app");

        Assert.Equal("200 fred OK", await AskAsync(tracker, "/app/closed/%7E?q=1", asked: "/closed/%7E?q=1", Public));
        Assert.Equal("401  BAD_SIGNATURE", await AskAsync(tracker, "/closed", asked: "/closed", Public));
    }

    [Theory]
    [AtEachEntrance]
    public async Task A_prefix_that_a_proxy_names_counts(Entrance entrance)
    {
        await using KestrelServer tracker = await StartBelowAppAsync(
            entrance, before: app => app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedPrefix }));

        Assert.Equal("200 fred OK", await AskAsync(tracker, "/app/closed/%7E?q=1", asked: "/closed/%7E?q=1", Public, prefix: "/app"));
        Assert.Equal("401  BAD_SIGNATURE", await AskAsync(tracker, "/app/closed", asked: "/closed", Public));
    }

    [Theory]
    [AtEachEntrance]
    public async Task The_Host_header_is_not_looked_at(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await RawHttp.SendAsync(tracker.EndPoint, RawHttp.Request("GET /closed", "evil.example:99", Version4.Issue(tracker.Origin, "/closed").Enumerate()));

        Assert.Equal((200, "OK"), (answer.Status, answer.Code));
    }

    [Theory]
    [AtEachEntrance("/closed", "/closed?", "/closed?q=open&r=%2F", "/closed/%7Efred", "/closed//x")]
    public async Task A_whole_URL_is_accepted_for_its_path_and_query(Entrance entrance, string path)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Assert.Equal("200 fred OK", await AskAsync(tracker, path, asked: tracker.Origin + path));
        Assert.Empty(tracker.Logs.Refusals);
    }

    [Theory]
    [AtEachEntrance("/closed%2Fsecret", "/closed/../open", "/closed/%2E%2E/open", "/closed?q=%")]
    public async Task A_whole_URL_that_the_server_reads_by_other_rules_is_not_served(Entrance entrance, string path)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        string answer = await AskAsync(tracker, path, asked: tracker.Origin + path);

        if (answer == "200 fred OK") Assert.Equal("/closed?q=%", path); // the same by both rules
        else Assert.Contains(answer, new[] { "401  SYSTEM", "400  " });
    }

    [Theory]
    [AtEachEntrance("/closed", "/closed#", "/closed?q#x", "/closed#x?q")]
    public async Task A_fragment_is_not_served(Entrance entrance, string path)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        string absolute = await AskAsync(tracker, path.Split('#')[0], asked: $"{tracker.Origin}{path}#fragment");
        string origin = await AskAsync(tracker, path.Split('#')[0], asked: $"{path}#fragment");

        Assert.Contains(absolute, new[] { "401  SYSTEM", "400  " });
        Assert.Contains(origin, new[] { "401  BAD_SIGNATURE", "400  " });
    }

    [Theory]
    [AtEachEntrance]
    public async Task Asterisk_and_authority_are_refused(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer asterisk = await tracker.SendRawAsync("OPTIONS *", Version4.Issue(tracker.Origin, "/", method: "OPTIONS"));
        Answer connect = await tracker.SendRawAsync($"CONNECT {tracker.EndPoint}", Version4.Issue(tracker.Origin, "/", method: "CONNECT"));

        Assert.Equal((401, "SYSTEM"), (asterisk.Status, asterisk.Code));
        Assert.Equal((401, "SYSTEM"), (connect.Status, connect.Code));
        Assert.All(tracker.Logs.Refusals, line => Assert.Contains(": SYSTEM. The request line holds a * or an authority", line.Message, StringComparison.Ordinal));
    }

    [Theory]
    [AtEachEntrance("websocket", "h2c, websocket", "TLS/1.0", "HTTP/2.0")]
    public async Task An_upgrade_is_refused(Entrance entrance, string protocol)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await tracker.SendRawAsync(
            "GET /closed", Version4.Issue(tracker.Origin, "/closed"), more: [new("Upgrade", protocol), new("Connection", "Upgrade"), new("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), new("Sec-WebSocket-Version", "13")]);

        Assert.Equal((401, "SYSTEM", ""), (answer.Status, answer.Code, answer.Body));
    }

    [Theory]
    [AtEachEntrance("h2c", "H2C")]
    public async Task An_upgrade_to_HTTP_2_is_not_heeded_and_not_refused(Entrance entrance, string protocol)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await tracker.SendRawAsync("GET /closed", Version4.Issue(tracker.Origin, "/closed"), more: [new("Upgrade", protocol), new("HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA")]);

        Assert.Equal((200, "fred", "OK"), (answer.Status, answer.Body, answer.Code));
    }

    [Theory]
    [AtEachEntrance("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL", "x-http-method-override")]
    public async Task A_header_that_asks_for_another_method_or_URL_is_refused(Entrance entrance, string name)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance, before: app => app.UseHttpMethodOverride());

        Answer answer = await tracker.SendRawAsync("POST /closed", Version4.Issue(tracker.Origin, "/closed", method: "POST"), more: [new(name, "DELETE"), new("Content-Length", "0")]);

        Assert.Equal((401, "SYSTEM", ""), (answer.Status, answer.Code, answer.Body));
        Assert.Contains("asks frameworks to serve another method or URL", Assert.Single(tracker.Logs.Refusals).Message, StringComparison.Ordinal);
    }

    [Theory]
    [AtEachEntrance("GET /closed/other", "POST /closed", "GET /closed?", "GET /closed?q=1", "GET /Closed", "GET /%63losed")]
    public async Task Another_request_line_than_the_signed_one_is_refused(Entrance entrance, string requestLine)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await tracker.SendRawAsync(requestLine, Version4.Issue(tracker.Origin, "/closed"));

        Assert.Equal((401, "BAD_SIGNATURE", ""), (answer.Status, answer.Code, answer.Body));
    }

    [Theory]
    [AtEachEntrance]
    public async Task A_grant_for_another_base_URL_or_provider_is_refused(Entrance entrance)
    {
        await using KestrelServer other = await Version4.StartAsync();
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer relayed = await tracker.SendRawAsync("GET /closed", Version4.Issue(other.Origin, "/closed"));

        Assert.Equal((401, "BAD_AUDIENCE"), (relayed.Status, relayed.Code));
    }

    private static Task<KestrelServer> StartBelowAppAsync(Entrance entrance, Action<TrustedAppsOptions>? configure = null, Action<WebApplication>? before = null) => Version4.StartAsync(
        options =>
        {
            options.BaseUrls.Add(Public);
            options.Applications.Add(Version4.Trust(trust => trust.Urls[0] = "/closed")); // below the path base
            configure?.Invoke(options);
        },
        before: before,
        entrance: entrance);

    private static async Task<string> AskAsync(KestrelServer tracker, string signed, string asked, string? baseUrl = null, string? prefix = null)
    {
        IEnumerable<KeyValuePair<string, string>> more = prefix is null ? [] : [new("X-Forwarded-Prefix", prefix)];
        Answer answer = await tracker.SendRawAsync($"GET {asked}", Version4.Issue(baseUrl ?? tracker.Origin, signed), more: more);
        return $"{answer.Status} {answer.Body} {answer.Code}";
    }
}
