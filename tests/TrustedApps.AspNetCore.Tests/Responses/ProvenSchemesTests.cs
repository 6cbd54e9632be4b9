using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Keys;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace TrustedApps.AspNetCore.Tests.Responses;

/// <summary>Of two schemes that judge a request, the proof is for the one whose verdict is answered.</summary>
public sealed class ProvenSchemesTests
{
    private const string Other = "Zebra";

    private static readonly string _long = new('x', (1 << 20) + 1);

    private static readonly Lazy<TestKeyFile> _keys = new(() => new TestKeyFile(TestKeys.Tracker));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_long_answer_to_a_request_that_another_scheme_rejects_goes_out_whole(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, TestKeys.Wiki, app => app.MapGet("/answer", () => Results.Text(_long)).RequireAuthorization(
            policy => policy.AddAuthenticationSchemes(TrustedAppsDefaults.AuthenticationScheme, Other).RequireAuthenticatedUser()));

        ProvenAnswer got = await PeerOf(tracker, http).SendAsync("/answer");

        Assert.Equal((200, "OK", _long.Length), (got.Status, got["X-Seraph-Trusted-App-Status"], got.Content.Length));
        if (http == 2) got.IsProvenByTrailer();
        else got.IsProvenWithoutContent();
        Assert.Single(tracker.Logs.Refusals); // the other scheme did judge
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_challenge_of_another_scheme_has_the_proof_of_a_refusal(int http)
    {
        await using KestrelServer tracker = await StartAsync(
            http,
            TestKeys.Wiki,
            app => app.MapGet("/answer", () => Results.Challenge(authenticationSchemes: [Other])),
            pages => WritePageAsync(pages.Response));
        ProofPeer peer = PeerOf(tracker, http);

        ProvenAnswer small = (await peer.SendAsync("/answer")).IsProven();
        ProvenAnswer large = (await peer.SendAsync("/answer?long")).IsProven();

        Assert.Equal((403, "page", "PERMISSION_DENIED"), (small.Status, small.Text, CodeOf(small)));
        Assert.Equal((403, "", "PERMISSION_DENIED"), (large.Status, large.Text, CodeOf(large)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_challenge_of_a_scheme_that_has_read_no_claims_has_the_proof_of_the_one_that_did(int http)
    {
        await using KestrelServer tracker = await StartAsync(
            http,
            TestKeys.Blog,
            app => app.MapGet("/answer", () => Results.Challenge(authenticationSchemes: [Other])),
            pages => WritePageAsync(pages.Response));

        ProvenAnswer got = (await PeerOf(tracker, http).SendAsync("/answer?long")).IsProven();

        Assert.Equal((401, "", "APP_UNKNOWN"), (got.Status, got.Text, CodeOf(got)));
    }

    // Both schemes are the tracker; the other one trusts the application for barney alone.
    private static async Task<KestrelServer> StartAsync(int http, ApplicationKeys application, Action<WebApplication> map, Func<HttpContext, Task>? page = null)
    {
        TrustedAppsOptions? first = null; // whose base URL is the origin of the server
        var trusts = new LaterStore();
        KestrelServer server = await Version4.StartAsync(
            options => first = options,
            services => services.AddKeyedSingleton<ITrustStore>(Other, trusts).AddAuthentication().AddTrustedApps(Other, options =>
            {
                options.Keys = _keys.Value.Path;
                options.BaseUrls.Add(first!.BaseUrls[0]);
            }),
            before: app => _ = page is null ? app : app.UseStatusCodePages(pages => page(pages.HttpContext)),
            after: map,
            protocols: http == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        trusts.Trust = Fixture.Trust(
            application, new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = [ProtocolVersion.Version4], AllowUsers = ["barney"] });
        return server;
    }

    private static async Task WritePageAsync(HttpResponse response)
    {
        await response.WriteAsync(response.HttpContext.Request.Query.ContainsKey("long") ? _long : "page");
        await response.Body.FlushAsync();
    }

    private static ProofPeer PeerOf(KestrelServer server, int http) => new(server, http == 2 ? HttpVersion.Version20 : HttpVersion.Version11);

    private static string? CodeOf(ProvenAnswer answer) => answer["X-Seraph-Trusted-App-Error"]?.Split(";\t")[0];

    // A start refuses an application in two schemes; a store may get it later.
    private sealed class LaterStore : ITrustStore
    {
        public TrustedApplication? Trust { get; set; }

        public TrustedApplication? Find(string applicationId) => applicationId == Trust?.Id ? Trust : null;
    }
}
