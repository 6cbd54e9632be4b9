using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Tests.Requests;

public sealed class TrustedPrincipalTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task The_principal_is_the_user_with_the_application_and_the_version(string version)
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, version)), map: MapClaims);

        Answer answer = await server.Request("/claims", "Ann Über", ProtocolVersion.Parse(version)).SendAsync();

        Assert.Equal(
            [
                "TrustedApps",
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name=Ann Über by LOCAL AUTHORITY",
                "http://schemas.xmlsoap.org/ws/2009/09/identity/claims/actor=wiki by LOCAL AUTHORITY",
                $"urn:trustedapps:version={version} by LOCAL AUTHORITY",
            ],
            answer.Body.Split('\n'));
    }

    [Fact]
    public async Task The_claims_of_the_resolver_s_identity_are_kept()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options => options.ClaimsIssuer = "tracker",
            services => services.AddSingleton<IUserResolver, ResolverWithClaims>(),
            MapClaims);

        Answer answer = await server.GetTrustedAsync("/claims");

        Assert.Equal(
            [
                "TrustedApps",
                "role=developer by LOCAL AUTHORITY",
                "login=fred.flintstone by tracker",
                $"{TrustedAppsClaimTypes.ApplicationId}=wiki by tracker",
                $"{TrustedAppsClaimTypes.ProtocolVersion}=3 by tracker",
            ],
            answer.Body.Split('\n'));
    }

    [Fact]
    public async Task Actors_and_scopes_of_the_resolver_s_identity_are_not_kept()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            services: services => services.AddSingleton<IUserResolver, ResolverWithActors>(), map: MapClaims);

        Answer answer = await server.GetTrustedAsync("/claims");

        Assert.DoesNotContain("urn:trustedapps:actor", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("urn:trustedapps:scope", answer.Body, StringComparison.Ordinal);
        Assert.Contains("role=developer", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_of_the_resolver_s_identity_decide()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            services: services => services.AddSingleton<IUserResolver, ResolverWithClaims>(),
            map: app =>
            {
                app.Map("/developers", TestProvider.Who).RequireAuthorization(policy => policy.RequireRole("developer"));
                app.Map("/admins", TestProvider.Who).RequireAuthorization(policy => policy.RequireRole("admin"));
            });

        Answer developer = await server.GetTrustedAsync("/developers");
        Answer admin = await server.GetTrustedAsync("/admins");

        Assert.Equal((200, "fred.flintstone"), (developer.Status, developer.Body));
        Assert.Equal(403, admin.Status);
    }

    [Fact]
    public async Task The_canonical_name_is_the_user_s_not_the_one_that_was_sent()
    {
        await using KestrelServer server = await TestProvider.StartAsync(services: services => services.AddSingleton<IUserResolver, UpperCase>());

        Assert.Equal("FRED", (await server.GetTrustedAsync("/closed")).Body);
    }

    private static void MapClaims(WebApplication app) => app.Map("/claims", (HttpContext context) => string.Join('\n', Describe(context.User)))
        .RequireAuthorization();

    private static IEnumerable<string> Describe(ClaimsPrincipal user) =>
        [user.Identity!.AuthenticationType!, .. user.Claims.Select(claim => $"{claim.Type}={claim.Value} by {claim.Issuer}")];

    private sealed class ResolverWithClaims : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            var identity = new ClaimsIdentity([new Claim("role", "developer")], "database", "login", "role");
            return new(UserResolution.Known($"{name}.flintstone", identity));
        }
    }

    private sealed class ResolverWithActors : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) => new(UserResolution.Known(
            name,
            new ClaimsIdentity([new(TrustedAppsClaimTypes.Actor, "shop"), new("role", "developer"), new(TrustedAppsClaimTypes.Scope, "a"), new(TrustedAppsClaimTypes.Scope, "b")], "database")));
    }

    private sealed class UpperCase : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) =>
            new(UserResolution.Known(name.ToUpperInvariant()));
    }
}
