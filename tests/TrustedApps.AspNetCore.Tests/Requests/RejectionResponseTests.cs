using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Tests.Responses;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>A refusal of version 4 has its own status, whatever middleware makes of it: specification version-4.md, section 5.</summary>
public sealed class RejectionResponseTests
{
    // Middleware in front of the authentication, and the content that it leaves.
    private static readonly Dictionary<string, (Action<WebApplication> Use, string? Content)> _middleware = new()
    {
        ["redirects"] = (app => app.UseStatusCodePagesWithRedirects("/login?{0}"), ""),
        ["a status page that succeeds"] = (app => app.UseStatusCodePages(pages =>
        {
            pages.HttpContext.Response.StatusCode = 200;
            return pages.HttpContext.Response.WriteAsync("page");
        }), "page"),
        ["a status page without content"] = (app => app.UseStatusCodePages(pages => Task.FromResult(pages.HttpContext.Response.StatusCode = 204)), ""),
        ["an exception page"] = (app => Fail(app.UseExceptionHandler(error => error.Run(context => context.Response.WriteAsync("page")))), "page"),
        ["an exception page that succeeds"] = (app => Fail(app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            ExceptionHandler = context =>
            {
                context.Response.StatusCode = 200;
                return context.Response.WriteAsync("page");
            },
        })), "page"),
        ["a page for developers"] = (app => Fail(app.UseDeveloperExceptionPage()), null),
        ["a callback before the start"] = (app => app.Use((context, next) =>
        {
            context.Response.OnStarting(() => Task.FromResult(context.Response.StatusCode = 302));
            return next(context);
        }), ""),
    };

    public static TheoryData<string, int> Middleware { get; } = [.. from name in _middleware.Keys from http in new[] { 1, 2 } select (name, http)];

    [Theory]
    [MemberData(nameof(Middleware))]
    public async Task No_middleware_changes_the_status_of_a_refusal(string name, int http)
    {
        (Action<WebApplication> use, string? content) = _middleware[name];
        await using KestrelServer tracker = await StartAsync(use, http);
        var peer = new ProofPeer(tracker, http == 2 ? HttpVersion.Version20 : HttpVersion.Version11);

        ProvenAnswer refused = (await peer.SendAsync("/closed", sub: "\"sub\":\"barney\",")).IsProven();
        ProvenAnswer unproven = await peer.SendAsync("/closed", more: ",\"rsp\":false");

        Assert.Equal((403, "PERMISSION_DENIED"), (refused.Status, CodeOf(refused)));
        Assert.Equal((401, "SYSTEM"), (unproven.Status, CodeOf(unproven)));
        Assert.Equal((null, "TrustedApp error=\"PERMISSION_DENIED\""), (refused["Location"], refused["WWW-Authenticate"]));
        Assert.Equal((null, "TrustedApp error=\"SYSTEM\""), (unproven["Location"], unproven["WWW-Authenticate"]));
        if (content is not null) Assert.Equal((content, content), (refused.Text, unproven.Text));
    }

    [Fact]
    public async Task Accepted_requests_and_strangers_get_the_status_of_the_middleware()
    {
        await using KestrelServer tracker = await StartAsync(app => app.UseStatusCodePagesWithRedirects("/login?{0}"), http: 1);

        ProvenAnswer accepted = (await new ProofPeer(tracker).SendAsync("/nowhere")).IsProven();
        using HttpResponseMessage stranger = await TrustedRequests.Client.GetAsync($"{tracker.Origin}/closed", TestContext.Current.CancellationToken);

        Assert.Equal((302, "/login?404"), (accepted.Status, accepted["Location"]));
        Assert.Equal(HttpStatusCode.Redirect, stranger.StatusCode);
    }

    private static Task<KestrelServer> StartAsync(Action<WebApplication> before, int http) => Version4.StartAsync(
        options => options.Applications.Add(Version4.Trust(trust => trust.DenyUsers.Add("barney"))),
        before: before,
        protocols: http == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1);

    private static void Fail(IApplicationBuilder app) => app.UseStatusCodePages(_ => throw new InvalidOperationException("secret"));

    private static string? CodeOf(ProvenAnswer answer) => answer["X-Seraph-Trusted-App-Error"]?.Split(";\t")[0];
}
