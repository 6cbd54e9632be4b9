using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Tests.Responses;

namespace TrustedApps.AspNetCore.Tests;

public sealed class TrustedAppsPolicyExtensionsTests
{
    private const string Twin = "Twin"; // a scheme whose users have the claims of trusted requests

    [Theory]
    [AtEachEntrance]
    public async Task RequireTrustedApp_lets_the_listed_applications_in(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance);
        var wiki = new ProofPeer(tracker);

        Assert.Equal(200, (await wiki.SendAsync("/wiki", more: "")).Status);
        Assert.Equal(200, (await wiki.SendAsync("/wiki-or-blog", more: "")).Status);
        Assert.Equal(403, (await wiki.SendAsync("/blog", more: "")).Status);
        Assert.Equal(403, (await wiki.SendAsync("/wiki-and-blog", more: "")).Status);
        Assert.Equal(401, (await tracker.GetAsync("/wiki")).Status);
    }

    [Theory]
    [AtEachEntrance]
    public async Task An_application_that_only_passed_the_request_on_does_not_count(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance);

        ProvenAnswer got = await new ProofPeer(tracker).SendAsync("/blog", more: ",\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"blog\"}}");

        Assert.Equal((403, "OK"), (got.Status, got["X-Seraph-Trusted-App-Status"]));
    }

    [Theory]
    [AtEachEntrance]
    public async Task RequireTrustedAppScope_needs_a_scope_that_the_request_has(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance);
        var wiki = new ProofPeer(tracker);

        Assert.Equal(200, (await wiki.SendAsync("/write", more: "")).Status); // all that the trust lists
        Assert.Equal(200, (await wiki.SendAsync("/write", more: ",\"scope\":\"issues.write\"")).Status);
        Assert.Equal(403, (await wiki.SendAsync("/write", more: ",\"scope\":\"issues.read\"")).Status);
        Assert.Equal(403, (await wiki.SendAsync("/read-and-write", more: ",\"scope\":\"issues.read\"")).Status);
        Assert.Equal(200, (await wiki.SendAsync("/read-and-write", more: ",\"scope\":\"issues.write issues.read\"")).Status);
        Assert.Equal(403, (await wiki.SendAsync("/other", more: "")).Status);
    }

    [Theory]
    [AtEachEntrance("/wiki", "/write", "/both/wiki", "/both/write")]
    public async Task A_user_of_another_scheme_with_the_same_claims_stays_outside(Entrance entrance, string path)
    {
        await using KestrelServer tracker = await StartAsync(entrance);

        Answer twin = await new HttpRequestMessage(HttpMethod.Get, tracker.Origin + path).With(Twin, "yes").SendAsync();

        Assert.Equal(path.StartsWith("/both", StringComparison.Ordinal) ? 403 : 401, twin.Status);
    }

    [Theory]
    [AtEachEntrance]
    public async Task Of_combined_identities_that_of_the_trusted_request_decides(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance);
        var wiki = new ProofPeer(tracker);
        static void AsTwin(HttpRequestMessage request) => request.With(Twin, "yes");

        Assert.Equal(200, (await wiki.SendAsync("/both/wiki", more: "", change: AsTwin)).Status);
        Assert.Equal(200, (await wiki.SendAsync("/both/write", more: "", change: AsTwin)).Status);
        Assert.Equal(403, (await wiki.SendAsync("/both/write", more: ",\"scope\":\"issues.read\"", change: AsTwin)).Status); // the twin's scope is no help
    }

    [Fact]
    public async Task A_principal_that_a_transformation_has_cloned_is_the_same()
    {
        await using KestrelServer tracker = await StartAsync(Entrance.Handler, services => services.AddSingleton<IClaimsTransformation, Cloning>());

        Assert.Equal(200, (await new ProofPeer(tracker).SendAsync("/wiki", more: "")).Status);
    }

    [Fact]
    public void Policies_without_a_name_are_refused()
    {
        var policy = new AuthorizationPolicyBuilder();

        Assert.StartsWith("RequireTrustedApp needs the ids of applications", Assert.Throws<ArgumentException>(() => policy.RequireTrustedApp()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => policy.RequireTrustedApp("wiki", " "));
        Assert.Throws<ArgumentException>(() => policy.RequireTrustedAppScope(""));
    }

    [Fact]
    public void A_failed_requirement_says_what_it_is()
    {
        AuthorizationPolicy policy = new AuthorizationPolicyBuilder().RequireTrustedApp("wiki:8731", "blog").RequireTrustedAppScope("issues.write").Build();

        Assert.Equal(
            ["A trusted request of wiki:8731 or blog", "A trusted request with the scope issues.write"], policy.Requirements.Select(requirement => requirement.ToString()));
    }

    private static Task<KestrelServer> StartAsync(Entrance entrance, Action<IServiceCollection>? services = null) => Version4.StartAsync(
        options => options.Applications.Add(Version4.Trust(trust =>
        {
            trust.AllowDelegation = true;
            trust.Scopes.Add("issues.read");
            trust.Scopes.Add("issues.write");
        })),
        collection =>
        {
            collection.AddAuthentication().AddScheme<AuthenticationSchemeOptions, TwinHandler>(Twin, null);
            services?.Invoke(collection);
        },
        after: app =>
        {
            app.MapGet("/wiki", () => "in").RequireAuthorization(policy => policy.RequireTrustedApp("wiki"));
            app.MapGet("/blog", () => "in").RequireAuthorization(policy => policy.RequireTrustedApp("blog"));
            app.MapGet("/wiki-or-blog", () => "in").RequireAuthorization(policy => policy.RequireTrustedApp("blog", "wiki"));
            app.MapGet("/wiki-and-blog", () => "in").RequireAuthorization(policy => policy.RequireTrustedApp("wiki").RequireTrustedApp("blog"));
            app.MapGet("/write", () => "in").RequireAuthorization(policy => policy.RequireTrustedAppScope("issues.write"));
            app.MapGet("/read-and-write", () => "in").RequireAuthorization(policy => policy.RequireTrustedAppScope("issues.write").RequireTrustedAppScope("issues.read"));
            app.MapGet("/other", () => "in").RequireAuthorization(policy => policy.RequireTrustedAppScope("other"));
            app.MapGet("/both/wiki", () => "in").RequireAuthorization(policy => policy.AddAuthenticationSchemes(Twin, TrustedAppsDefaults.AuthenticationScheme).RequireTrustedApp("wiki"));
            app.MapGet("/both/write", () => "in").RequireAuthorization(policy => policy.AddAuthenticationSchemes(TrustedAppsDefaults.AuthenticationScheme, Twin).RequireTrustedAppScope("issues.write"));
        },
        entrance: entrance);

    private sealed class Cloning : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) =>
            Task.FromResult(new ClaimsPrincipal(principal.Identities.Select(identity => identity.Clone())));
    }

    private sealed class TwinHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (!Request.Headers.ContainsKey(Twin)) return Task.FromResult(AuthenticateResult.NoResult());

            var identity = new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.Name, "fred"),
                    new Claim(TrustedAppsClaimTypes.ApplicationId, "wiki"),
                    new Claim(TrustedAppsClaimTypes.ProtocolVersion, "4"),
                    new Claim(TrustedAppsClaimTypes.Scope, "issues.write"),
                ],
                TrustedAppsDefaults.AuthenticationScheme);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
