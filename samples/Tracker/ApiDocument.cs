using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Tracker;

/// <summary>The REST interface as an OpenAPI document, with a page to read it: /scalar.</summary>
internal static class ApiDocument
{
    private const string Basic = "Basic";

    public static void Add(IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.ShouldInclude = operation => operation.RelativePath?.StartsWith("rest/api/", StringComparison.Ordinal) == true;
        options.AddTrustedAppsSecurityScheme(Logins.Chain);
        options.AddOperationTransformer(AddBasicAsync); // another alternative, as any other scheme is added
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Tracker";
            document.AddComponent(Basic, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic" });
            return Task.CompletedTask;
        });
    });

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapOpenApi();
        // What the page needs comes from the tracker alone: its script is in the package.
        app.MapScalarApiReference(page => page
            .WithTitle("Tracker")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp());
    }

    private static Task AddBasicAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        IEnumerable<AuthorizationPolicy> policies = context.Description.ActionDescriptor.EndpointMetadata.OfType<AuthorizationPolicy>();
        if (!policies.Any(policy => policy.AuthenticationSchemes.Contains(Logins.Chain))) return Task.CompletedTask;

        (operation.Security ??= []).Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Basic, context.Document)] = [] });
        return Task.CompletedTask;
    }
}
