using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Tests.Responses;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>The applications that passed a request on, and its scopes, as the application and its log see them.</summary>
public sealed class Version4DelegationTests
{
    private const string Chain = ",\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"blog\",\"act\":{\"sub\":\"shop:1\"}}}";
    private const string Short = ",\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"blog\"}}";

    [Theory]
    [AtEachEntrance]
    public async Task The_principal_has_the_chain_and_the_scopes(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance);

        ProvenAnswer answer = await new ProofPeer(tracker).SendAsync("/claims", more: Chain + ",\"scope\":\"b a\"");

        Assert.Equal(
            $"""
            TrustedApps True
            http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name: fred
            {TrustedAppsClaimTypes.ApplicationId}: wiki
            {TrustedAppsClaimTypes.Actor}: blog
            {TrustedAppsClaimTypes.Actor}: shop:1
            {TrustedAppsClaimTypes.Scope}: a
            {TrustedAppsClaimTypes.Scope}: b
            {TrustedAppsClaimTypes.ProtocolVersion}: 4
            """,
            answer.Text);
    }

    [Theory]
    [AtEachEntrance]
    public async Task A_request_that_names_no_scope_has_those_of_its_trust(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance);

        ProvenAnswer answer = await new ProofPeer(tracker).SendAsync("/claims", more: "");

        Assert.Equal(["a", "b", "c"], answer.Text.Split('\n').Where(line => line.StartsWith(TrustedAppsClaimTypes.Scope, StringComparison.Ordinal)).Select(line => line[^1..]));
    }

    [Theory]
    [AtEachEntrance]
    public async Task The_log_shows_each_chain_once_a_day(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance);
        var wiki = new ProofPeer(tracker);

        foreach (string chain in (string[])[Chain, Chain, Short]) await wiki.SendAsync("/closed", more: chain);

        Assert.Equal(
            [
                (9, LogLevel.Information, "Accepted GET from 127.0.0.1 for application 'wiki', asked by blog, asked by shop:1, version 4"),
                (9, LogLevel.Debug, "Accepted GET from 127.0.0.1 for application 'wiki', asked by blog, asked by shop:1, version 4"),
                (9, LogLevel.Information, "Accepted GET from 127.0.0.1 for application 'wiki', asked by blog, version 4"),
            ],
            tracker.Logs.Lines.Where(line => line.Event.Name == "AcceptedForActors").Select(line => (line.Event.Id, line.Level, line.Message)));
        Assert.DoesNotContain(tracker.Logs.Lines, other => other.Event.Name == "Accepted");
    }

    [Theory]
    [AtEachEntrance]
    public async Task The_log_shows_the_chain_of_what_is_refused(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance);

        ProvenAnswer answer = await new ProofPeer(tracker).SendAsync("/closed", more: Chain + ",\"scope\":\"d\"");

        Assert.Equal(403, answer.Status);
        LogLine line = Assert.Single(tracker.Logs.Lines, line => line.Event.Name == "Refused");
        Assert.EndsWith(" Asked by blog, asked by shop:1.", line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("blog", answer["X-Seraph-Trusted-App-Error"], StringComparison.Ordinal);
    }

    [Theory]
    [AtEachEntrance]
    public async Task A_header_that_must_be_bound_is_refused_unbound(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance, options => options.RequiredHeaders.Add("Idempotency-Key"));
        var wiki = new ProofPeer(tracker);
        static void WithKey(HttpRequestMessage request) => request.With("Idempotency-Key", "17");

        ProvenAnswer absent = await wiki.SendAsync("/closed", more: "");
        ProvenAnswer unbound = await wiki.SendAsync("/closed", more: "", change: WithKey);
        ProvenAnswer bound = await wiki.SendAsync("/closed", more: ",\"hdr\":{\"idempotency-key\":\"17\"}", change: WithKey);

        Assert.Equal(200, absent.Status);
        Assert.Equal(401, unbound.Status);
        Assert.StartsWith("BAD_SIGNATURE;", unbound["X-Seraph-Trusted-App-Error"], StringComparison.Ordinal);
        Assert.Equal(200, bound.Status);
    }

    // Ours takes its place before the first middleware, so that caches keep nothing.
    [Theory]
    [AtEachEntrance]
    public async Task Cache_Control_is_bound_as_it_arrived(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance, map: app => app.MapGet(
            "/cache", (HttpContext context) => context.Request.Headers.CacheControl.ToString()).RequireAuthorization());
        var wiki = new ProofPeer(tracker);
        Task<ProvenAnswer> SendAsync(string bound, string? sent) => wiki.SendAsync(
            "/cache", more: $$""","hdr":{"cache-control":"{{bound}}"}""", change: request => _ = sent is null ? request : request.With("Cache-Control", sent));

        ProvenAnswer same = await SendAsync("max-age=0", "max-age=0");
        ProvenAnswer other = await SendAsync("no-cache, no-store", "max-age=0");
        ProvenAnswer absent = await SendAsync("no-cache, no-store", sent: null);

        Assert.Equal((200, 401, 401), (same.Status, other.Status, absent.Status));
        Assert.Equal("no-cache, no-store", same.Text);
        Assert.All([other, absent], refused => Assert.StartsWith("BAD_SIGNATURE;", refused["X-Seraph-Trusted-App-Error"], StringComparison.Ordinal));
    }

    [Theory]
    [AtEachEntrance]
    public async Task Cache_Control_must_be_bound_only_if_it_arrived(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance, options => options.RequiredHeaders.Add("Cache-Control"));
        var wiki = new ProofPeer(tracker);

        ProvenAnswer absent = await wiki.SendAsync("/closed", more: "");
        ProvenAnswer unbound = await wiki.SendAsync("/closed", more: "", change: request => request.With("Cache-Control", "no-cache, no-store"));

        Assert.Equal((200, 401), (absent.Status, unbound.Status));
    }

    private static Task<KestrelServer> StartAsync(Entrance entrance, Action<TrustedAppsOptions>? configure = null, Action<WebApplication>? map = null) => Version4.StartAsync(
        options =>
        {
            options.Applications.Add(Version4.Trust(trust =>
            {
                trust.AllowDelegation = true;
                foreach (string scope in (string[])["a", "b", "c"]) trust.Scopes.Add(scope);
            }));
            configure?.Invoke(options);
        },
        after: map,
        entrance: entrance);
}
