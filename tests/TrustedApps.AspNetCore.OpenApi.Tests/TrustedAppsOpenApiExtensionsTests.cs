using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace TrustedApps.AspNetCore.OpenApi.Tests;

public sealed class TrustedAppsOpenApiExtensionsTests
{
    private static readonly string[] _ours = ["TrustedApps"];

    [Fact]
    public async Task The_document_has_the_scheme_as_a_key_in_the_header_of_assertions()
    {
        await using KestrelServer server = await DescribedServer.StartAsync(app => app.MapGet("/closed-too", () => "").RequireAuthorization());

        OpenApiDocument document = await server.ReadDocumentAsync();

        IOpenApiSecurityScheme scheme = Assert.Single(document.Components!.SecuritySchemes!).Value;
        Assert.Equal((SecuritySchemeType.ApiKey, ParameterLocation.Header, "X-Seraph-Trusted-App-Cert"), (scheme.Type, scheme.In, scheme.Name));
        Assert.Equal(_ours, document.Operation("/closed-too").Requirements());
    }

    [Fact]
    public async Task Operations_have_the_requirement_by_their_authorization()
    {
        await using KestrelServer server = await DescribedServer.StartAsync(
            app =>
            {
                app.MapGet("/nothing", () => "");
                app.MapGet("/anonymous", [Authorize, AllowAnonymous] () => "");
                app.MapGet("/attribute", [Authorize] () => "");
                app.MapGet("/requirement", () => "").WithMetadata(new NamedRequirement());
                app.MapGet("/named", () => "").RequireAuthorization(policy => policy.AddAuthenticationSchemes("TrustedApps").RequireAuthenticatedUser());
                app.MapGet("/other", () => "").RequireAuthorization(policy => policy.AddAuthenticationSchemes("Bearer").RequireAuthenticatedUser());
                app.MapGet("/forwarded", () => "").RequireAuthorization(policy => policy.AddAuthenticationSchemes("forwarded").RequireAuthenticatedUser());
                app.MapGet("/elsewhere", () => "").RequireAuthorization(policy => policy.AddAuthenticationSchemes("elsewhere").RequireAuthenticatedUser());
                app.MapGet("/selected", () => "").RequireAuthorization(policy => policy.AddAuthenticationSchemes("selected").RequireAuthenticatedUser());
                app.MapGet("/chained", () => "").RequireAuthorization(policy => policy.AddAuthenticationSchemes("chain").RequireAuthenticatedUser());
            },
            services => services.AddAuthentication()
                .AddJwtBearer()
                .AddPolicyScheme("forwarded", null, options => options.ForwardDefault = "again")
                .AddPolicyScheme("again", null, options => options.ForwardAuthenticate = "TrustedApps")
                .AddPolicyScheme("elsewhere", null, options => options.ForwardDefault = "Bearer")
                .AddPolicyScheme("selected", null, options => options.ForwardDefaultSelector = _ => "TrustedApps")
                .AddChain("chain", chain => chain.Try("TrustedApps").Try("Bearer")),
            document: options => options.AddTrustedAppsSecurityScheme("chain"));

        OpenApiDocument document = await server.ReadDocumentAsync();

        string[] accepting = [.. document.Paths.Where(path => path.Value.Operations!.Values.All(operation => operation.Requirements() is ["TrustedApps"])).Select(path => path.Key)];
        Assert.Equal(["/attribute", "/requirement", "/named", "/forwarded", "/selected", "/chained"], accepting);
        Assert.All(accepting, path => Assert.Equal(["200", "401", "403", "503"], document.Operation(path).Statuses()));
        Assert.All(["/nothing", "/anonymous", "/other", "/elsewhere"], path => Assert.Empty(document.Operation(path).Requirements()));
        Assert.All(["/nothing", "/anonymous", "/other", "/elsewhere"], path => Assert.Equal(["200"], document.Operation(path).Statuses()));
    }

    [Fact]
    public async Task The_fallback_policy_counts_for_operations_without_a_policy()
    {
        await using KestrelServer server = await DescribedServer.StartAsync(
            app =>
            {
                app.MapGet("/nothing", () => "");
                app.MapGet("/anonymous", [AllowAnonymous] () => "");
            },
            services => services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        OpenApiDocument document = await server.ReadDocumentAsync();

        Assert.Equal(_ours, document.Operation("/nothing").Requirements());
        Assert.Empty(document.Operation("/anonymous").Requirements());
    }

    [Fact]
    public async Task Requirements_of_other_transformers_are_alternatives()
    {
        await using KestrelServer server = await DescribedServer.StartAsync(
            app => app.MapGet("/either", () => "").RequireAuthorization(policy => policy.AddAuthenticationSchemes("TrustedApps", "Bearer").RequireAuthenticatedUser()),
            services => services.AddAuthentication().AddJwtBearer(),
            document: options => options.AddTrustedAppsSecurityScheme().AddDocumentTransformer((document, _, _) =>
            {
                // as Microsoft's documentation has it
                document.AddComponent("Bearer", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" });
                foreach (OpenApiOperation operation in document.Paths.Values.SelectMany(path => path.Operations!.Values))
                {
                    (operation.Security ??= []).Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("Bearer", document)] = [] });
                }

                return Task.CompletedTask;
            }));

        Assert.Equal(["TrustedApps", "Bearer"], (await server.ReadDocumentAsync()).Operation("/either").Requirements());
    }

    [Fact]
    public async Task Requirements_of_the_whole_document_stay_alternatives()
    {
        await using KestrelServer server = await DescribedServer.StartAsync(
            app => app.MapGet("/either", () => "").RequireAuthorization(),
            document: options => options
                .AddDocumentTransformer((document, _, _) =>
                {
                    document.AddComponent("Bearer", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" });
                    document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("Bearer", document)] = [] }];
                    return Task.CompletedTask;
                })
                .AddTrustedAppsSecurityScheme());

        Assert.Equal(["TrustedApps", "Bearer"], (await server.ReadDocumentAsync()).Operation("/either").Requirements());
    }

    [Fact]
    public async Task Each_scheme_is_one_of_the_document()
    {
        await using KestrelServer server = await DescribedServer.StartAsync(
            app =>
            {
                app.MapGet("/first", () => "").RequireAuthorization();
                app.MapGet("/both", () => "").RequireAuthorization(policy => policy.AddAuthenticationSchemes("TrustedApps", "the partners").RequireAuthenticatedUser());
            },
            services => services.AddAuthentication().AddTrustedApps("the partners", options => options.BaseUrls.Add("https://partners.example")));

        OpenApiDocument document = await server.ReadDocumentAsync();

        Assert.Equal(["TrustedApps", "the-partners"], document.Components!.SecuritySchemes!.Keys);
        Assert.Equal(_ours, document.Operation("/first").Requirements());
        Assert.Equal(["TrustedApps", "the-partners"], document.Operation("/both").Requirements());
    }

    [Fact]
    public async Task Only_operations_that_hold_content_to_verify_it_answer_413()
    {
        await using KestrelServer server = await DescribedServer.StartAsync(app =>
        {
            app.MapGet("/read", () => "").RequireAuthorization();
            app.MapPost("/write", () => "").RequireAuthorization();
            app.MapDelete("/remove", ([Microsoft.AspNetCore.Mvc.FromBody] string why) => why).RequireAuthorization();
            app.MapPost("/upload", () => "").RequireAuthorization().StreamTrustedContent();
            app.MapPost("/marked", [StreamTrustedContent] () => "").RequireAuthorization();
        });

        OpenApiDocument document = await server.ReadDocumentAsync();

        string[] limited = [.. document.Paths.Where(path => path.Value.Operations!.Values.Any(operation => operation.Statuses().Contains("413"))).Select(path => path.Key)];
        Assert.Equal(["/write", "/remove"], limited);
    }

    [Fact]
    public async Task A_response_that_the_application_describes_is_completed()
    {
        await using KestrelServer server = await DescribedServer.StartAsync(app => app.MapGet("/closed-too", () => "").RequireAuthorization().Produces<int>(401, "application/xml"));

        IOpenApiResponse response = (await server.ReadDocumentAsync()).Operation("/closed-too").Responses!["401"];

        Assert.StartsWith("Unauthorized. ", response.Description, StringComparison.Ordinal);
        Assert.Contains("`APP_UNKNOWN`", response.Description, StringComparison.Ordinal);
        Assert.Contains("X-Seraph-Trusted-App-Error", response.Headers!.Keys);
        Assert.Equal(["application/xml"], response.Content!.Keys);
    }

    [Fact]
    public async Task An_application_without_the_scheme_learns_what_is_missing()
    {
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, _) => builder.Services.AddOpenApi(options => options.AddTrustedAppsSecurityScheme()), app => app.MapOpenApi());

        Assert.Equal(
            "AddTrustedAppsSecurityScheme needs a trusted-application scheme, and none was added: call services.AddAuthentication().AddTrustedApps().",
            await server.ReadFailureAsync());
    }

    [Fact]
    public async Task A_forwarding_scheme_that_does_not_exist_is_named()
    {
        await using KestrelServer server = await DescribedServer.StartAsync(_ => { }, document: options => options.AddTrustedAppsSecurityScheme("Chian"));

        Assert.Equal(
            "AddTrustedAppsSecurityScheme names the authentication scheme 'Chian', which was not added: correct its name, or leave it out.",
            await server.ReadFailureAsync());
    }

    [Fact]
    public void An_empty_name_is_a_mistake_of_the_caller() => Assert.Throws<ArgumentException>(() => new OpenApiOptions().AddTrustedAppsSecurityScheme(""));

    private sealed class NamedRequirement : IAuthorizationRequirementData
    {
        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new Microsoft.AspNetCore.Authorization.Infrastructure.DenyAnonymousAuthorizationRequirement()];
    }
}
