using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.TokenMirror;

namespace TrustedApps.AspNetCore.SignIn.Tests.TokenMirror;

/// <summary>Where the mirror stands among the middleware, and what it needs.</summary>
public sealed class TokenMirrorApplicationBuilderExtensionsTests
{
    [Fact]
    public Task Without_its_services_the_application_does_not_start() => AssertRefusedAsync(
        "UseTokenMirror needs services that are not registered. Call AddTokenMirror on the authentication builder.",
        builder => builder.Services.AddAuthentication());

    [Fact]
    public Task Without_authorization_the_application_does_not_start() => AssertRefusedAsync(
        "The token mirror serves only endpoints that require authorization, and its services are not registered. Call AddAuthorization.",
        builder => AddMirror(builder.Services));

    [Fact]
    public Task After_authentication_or_authorization_the_application_does_not_start() => Task.WhenAll(
        AssertRefusedAsync(
            "UseTokenMirror is called after UseAuthentication or UseAuthorization, which would read cookies and the path of the mirror. Call it before both.",
            builder => AddMirror(builder.Services.AddAuthorization()),
            app => app.UseAuthentication()),
        AssertRefusedAsync(
            "UseTokenMirror is called after UseAuthentication or UseAuthorization, which would read cookies and the path of the mirror. Call it before both.",
            builder => AddMirror(builder.Services.AddAuthorization()),
            app => app.UseAuthorization()));

    [Fact]
    public Task Behind_another_authentication_service_the_application_does_not_start() => AssertRefusedAsync(
        "The authentication service was replaced after AddTokenMirror, so that other schemes could authenticate on the mirror. Call AddTokenMirror after the code that replaces it.",
        builder =>
        {
            AddMirror(builder.Services.AddAuthorization());
            builder.Services.AddScoped<IAuthenticationService, AuthenticationService>();
        });

    [Fact]
    public async Task Wrong_options_stop_the_start_even_where_the_middleware_is_not_used()
    {
        var bad = await Assert.ThrowsAsync<OptionsValidationException>(() => KestrelServer.StartAsync(
            (builder, _) => builder.Services.AddAuthentication().AddTokenMirror(options => options.RejectionStatus = 200), _ => { }));

        Assert.Contains(bad.Failures, failure => failure.Contains("RejectionStatus", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_mirror_stands_before_whatever_authentication_service_there_is_and_only_once()
    {
        foreach (Action<IServiceCollection> replace in (Action<IServiceCollection>[])
        [
            _ => { },
            services => services.AddScoped<IAuthenticationService>(provider => ActivatorUtilities.CreateInstance<AuthenticationService>(provider)),
            services => services.AddSingleton<IAuthenticationService>(new NoAuthentication()),
        ])
        {
            await using KestrelServer server = await KestrelServer.StartAsync(
                (builder, _) =>
                {
                    builder.Services.AddAuthorization().AddAuthentication();
                    replace(builder.Services);
                    AddMirror(builder.Services);
                    builder.Services.AddAuthentication().AddTokenMirror(options => options.RejectionStatus = 403);
                },
                app => app.UseTokenMirror());

            Assert.Equal(403, (await server.GetAsync("/rest/token-auth/api/issues")).Status); // both calls set options
        }
    }

    [Fact]
    public async Task Authentication_that_the_application_forgets_is_not_put_in_front_of_the_mirror()
    {
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, _) => AddMirror(builder.Services.AddAuthorization(), options => options.Entries.Add(new TokenMirrorEntry { Path = MirrorServer.Pattern })),
            app =>
            {
                app.UseTokenMirror();
                app.UseAuthorization();
                app.Map("/rest/api/{**path}", () => "served").RequireAuthorization();
            });

        Assert.Equal(401, (await new HttpRequestMessage(HttpMethod.Get, server.Origin + MirrorServer.Listed).With("Cookie", $"{JwtHandler.Cookie}={JwtHandler.Issue()}").SendAsync()).Status);
        Assert.Equal("served", (await new HttpRequestMessage(HttpMethod.Get, server.Origin + MirrorServer.Listed).With("Authorization", $"Bearer {JwtHandler.Issue()}").SendAsync()).Body);
    }

    private static async Task AssertRefusedAsync(string message, Action<WebApplicationBuilder> services, Action<WebApplication>? before = null)
    {
        var bad = await Assert.ThrowsAsync<InvalidOperationException>(() => KestrelServer.StartAsync(
            (builder, _) => services(builder),
            app =>
            {
                before?.Invoke(app);
                app.UseTokenMirror();
            }));
        Assert.Equal(message, bad.Message);
    }

    private static void AddMirror(IServiceCollection services, Action<TokenMirrorOptions>? configure = null) => services
        .AddAuthentication(JwtHandler.Name)
        .AddScheme<AuthenticationSchemeOptions, JwtHandler>(JwtHandler.Name, null)
        .AddTokenMirror(options =>
        {
            options.Schemes.Add(JwtHandler.Name);
            configure?.Invoke(options);
        });

    private sealed class NoAuthentication : IAuthenticationService
    {
        public Task<AuthenticateResult> AuthenticateAsync(Microsoft.AspNetCore.Http.HttpContext context, string? scheme) => Task.FromResult(AuthenticateResult.NoResult());

        public Task ChallengeAsync(Microsoft.AspNetCore.Http.HttpContext context, string? scheme, AuthenticationProperties? properties) => Task.CompletedTask;

        public Task ForbidAsync(Microsoft.AspNetCore.Http.HttpContext context, string? scheme, AuthenticationProperties? properties) => Task.CompletedTask;

        public Task SignInAsync(Microsoft.AspNetCore.Http.HttpContext context, string? scheme, System.Security.Claims.ClaimsPrincipal principal, AuthenticationProperties? properties) => Task.CompletedTask;

        public Task SignOutAsync(Microsoft.AspNetCore.Http.HttpContext context, string? scheme, AuthenticationProperties? properties) => Task.CompletedTask;
    }
}
