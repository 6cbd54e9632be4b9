using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.Tests.TokenMirror;

/// <summary>What anonymous users may use is not served through the mirror, and nothing that is no endpoint.</summary>
public sealed class MirrorEndpointTests
{
    [Fact]
    public Task An_endpoint_that_allows_anonymous_users_is_refused() => AssertRefusedAsync(endpoint => endpoint.AllowAnonymous());

    [Fact]
    public Task And_so_is_one_that_requires_authorization_as_well() => AssertRefusedAsync(endpoint => endpoint.RequireAuthorization().AllowAnonymous());

    [Fact]
    public Task An_endpoint_without_authorization_is_refused() => AssertRefusedAsync(_ => { });

    [Fact]
    public Task An_endpoint_whose_policy_anonymous_users_satisfy_is_refused() =>
        AssertRefusedAsync(endpoint => endpoint.RequireAuthorization(policy => policy.RequireAssertion(_ => true)));

    [Fact]
    public Task A_requirement_that_looks_at_the_request_sees_an_anonymous_user_too() =>
        AssertRefusedAsync(endpoint => endpoint.RequireAuthorization(policy => policy.RequireAssertion(authorization =>
            authorization.Resource is HttpContext { User.Identity.IsAuthenticated: false } || authorization.User.HasClaim("sub", "fred"))));

    [Fact]
    public Task An_endpoint_with_a_policy_object_that_anonymous_users_satisfy_is_refused() =>
        AssertRefusedAsync(endpoint => endpoint.WithMetadata(new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build()));

    [Fact]
    public Task An_endpoint_with_requirements_that_anonymous_users_satisfy_is_refused() =>
        AssertRefusedAsync(endpoint => endpoint.WithMetadata(new Requirement(admitsAnonymous: true)));

    [Fact]
    public async Task A_permissive_fallback_policy_is_refused_and_a_strict_one_is_served()
    {
        await using MirrorServer permissive = await StartAsync(_ => { }, new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build());
        await using MirrorServer strict = await StartAsync(_ => { }, new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

        Assert.Equal(404, (await permissive.SendAsync(MirrorServer.Listed)).Status);
        Assert.Equal(200, (await strict.SendAsync(MirrorServer.Listed)).Status);
        Assert.Equal((0, 1), (permissive.Reached.Count, strict.Reached.Count));
    }

    [Fact]
    public async Task Endpoints_that_ask_for_a_user_in_any_way_are_served()
    {
        Action<IEndpointConventionBuilder>[] ways =
        [
            endpoint => endpoint.RequireAuthorization(),
            endpoint => endpoint.WithMetadata(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()),
            endpoint => endpoint.WithMetadata(new Requirement(admitsAnonymous: false)),
            endpoint => endpoint.RequireAuthorization().WithMetadata(new Requirement(admitsAnonymous: true)),
        ];
        foreach (Action<IEndpointConventionBuilder> way in ways)
        {
            await using MirrorServer mirror = await StartAsync(way);
            Assert.Equal(200, (await mirror.SendAsync(MirrorServer.Listed)).Status);
        }
    }

    [Fact]
    public async Task An_endpoint_that_routing_answers_by_itself_is_refused()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(map: (app, mirror) =>
        {
            app.Map("/rest/api/content/7/child/attachment", () => mirror.Reached.Enqueue("short")).ShortCircuit();
            app.Map("/rest/api/{**path}", mirror.Reach).RequireAuthorization();
        });

        Assert.Equal(404, (await mirror.SendAsync(MirrorServer.Listed)).Status);
        Assert.Empty(mirror.Reached);
        Assert.Equal(200, (await mirror.SendAsync(MirrorServer.ListedTarget)).Status);
        Assert.Equal("short", Assert.Single(mirror.Reached));
        Assert.Equal(200, (await mirror.SendAsync("/rest/token-auth/api/content/8/child/attachment")).Status); // served by the other
    }

    [Fact]
    public async Task Where_there_is_no_endpoint_nothing_else_answers()
    {
        int served = 0;
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            between: app => app.Use((context, next) =>
            {
                if (!context.Request.Path.StartsWithSegments("/rest/api", StringComparison.Ordinal)) return next(context);
                served++; // as static files do
                return context.Response.WriteAsync("file");
            }),
            map: (_, _) => { });

        Answer answer = await mirror.SendAsync(MirrorServer.Listed);

        Assert.Equal((404, "", 0), (answer.Status, answer.Body, served));
        string refusal = Assert.Single(mirror.Refusals);
        Assert.Contains($"Refused GET {MirrorServer.Listed} from", refusal, StringComparison.Ordinal);
        Assert.Contains($"No endpoint serves {MirrorServer.ListedTarget}", refusal, StringComparison.Ordinal);
        Assert.Equal("file", (await mirror.SendAsync(MirrorServer.ListedTarget)).Body);
    }

    [Fact]
    public async Task A_method_that_the_endpoint_does_not_have_is_refused()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            entry: entry => entry.Methods.Add("POST"), map: (app, mirror) => app.MapGet("/rest/api/{**path}", mirror.Reach).RequireAuthorization());

        Assert.Equal(404, (await mirror.SendAsync(MirrorServer.Listed, method: "POST")).Status);
    }

    [Fact]
    public async Task An_endpoint_that_was_found_for_the_path_on_the_mirror_is_not_the_one_that_serves()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            before: app => app.UseRouting(),
            map: (app, mirror) =>
            {
                app.Map("/rest/token-auth/{**path}", () => "wrong").RequireAuthorization();
                app.Map("/rest/api/{**path}", mirror.Reach).RequireAuthorization();
            });

        Assert.Equal($"Jwt Display Name {MirrorServer.ListedTarget} 0", (await mirror.SendAsync(MirrorServer.Listed)).Body);
    }

    private static async Task AssertRefusedAsync(Action<IEndpointConventionBuilder> protect)
    {
        await using MirrorServer mirror = await StartAsync(protect);

        Answer answer = await mirror.SendAsync(MirrorServer.Listed);

        Assert.Equal((404, ""), (answer.Status, answer.Body));
        Assert.Empty(mirror.Reached);
        string refusal = Assert.Single(mirror.Refusals);
        Assert.Contains($"Refused GET {MirrorServer.Listed} from 127.0.0.1 by 'TokenMirror': PERMISSION_DENIED.", refusal, StringComparison.Ordinal);
        Assert.Contains("is open to anonymous users", refusal, StringComparison.Ordinal);
    }

    private static Task<MirrorServer> StartAsync(Action<IEndpointConventionBuilder> protect, AuthorizationPolicy? fallback = null) => MirrorServer.StartAsync(
        services: builder => builder.Services.AddAuthorization(options => options.FallbackPolicy = fallback),
        map: (app, mirror) => protect(app.Map("/rest/api/{**path}", mirror.Reach)),
        defaultScheme: CookieAuthenticationDefaults.AuthenticationScheme);

    private sealed class Requirement(bool admitsAnonymous) : IAuthorizationRequirementData
    {
        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new Microsoft.AspNetCore.Authorization.Infrastructure.AssertionRequirement(
            context => admitsAnonymous || context.User.Identity?.IsAuthenticated == true)];
    }
}
