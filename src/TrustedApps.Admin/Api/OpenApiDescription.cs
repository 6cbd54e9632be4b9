using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using TrustedApps.Conditions;

namespace TrustedApps.Admin.Api;

/// <summary>
/// The OpenAPI document of the management API. It has only these endpoints, and no document of the host has them.
/// </summary>
internal static class OpenApiDescription
{
    public const string Name = "trusted-apps-admin";

    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description =>
            description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().Any();
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Trusted applications: management",
                    Version = "1",
                    Description = About,
                };
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                Complete(
                    operation,
                    context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().Last(),
                    context.Description.HttpMethod!
                );
                return Task.CompletedTask;
            }
        );
        options.AddSchemaTransformer(
            (schema, context, _) =>
            {
                if (context.JsonTypeInfo.Type == typeof(ConditionsDocument)) ConditionsSchema.Describe(schema);

                // ASP.NET Core's defaults read numbers from strings as well; this API does not.
                if (
                    schema.Type is { } type
                    && (type.HasFlag(JsonSchemaType.Integer) || type.HasFlag(JsonSchemaType.Number))
                )
                {
                    (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
                }

                return Task.CompletedTask;
            }
        );
    }

    public static void Map(RouteGroupBuilder api) => api.MapGet("/openapi.json", WriteAsync)
        .With(new("getOpenApi", "This document") { Answer = typeof(JsonObject) })
        .ExcludeFromDescription();

    private static async Task WriteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        OpenApiDocument document = await context
            .RequestServices.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name)
            .GetOpenApiDocumentAsync(cancellationToken);
        document.Servers =
        [
            new OpenApiServer
            {
                Url = context.Request.PathBase.HasValue ? context.Request.PathBase.ToUriComponent() : "/",
            },
        ];
        context.Response.ContentType = JsonBody.MediaType;
        await context.Response.WriteAsync(
            await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken),
            cancellationToken
        );
    }

    private static void Complete(OpenApiOperation operation, ApiOperation known, string method)
    {
        operation.OperationId = known.Name;
        operation.Parameters ??= [];
        if (known.IfMatch != IfMatch.NotUsed)
        {
            operation.Parameters.Add(
                Header(
                    "If-Match",
                    "The ETag of the trust that was looked at.",
                    isRequired: known.IfMatch == IfMatch.Required
                )
            );
        }

        if (known.Body is null && !HttpMethods.IsGet(method))
        {
            operation.Parameters.Add(
                Header(
                    "X-Requested-With",
                    "Whatever value: it shows that no page of another site caused the request.",
                    isRequired: true
                )
            );
        }

        if (
            known.HasETag
            && operation.Responses?[known.Status.ToString(CultureInfo.InvariantCulture)] is OpenApiResponse answer
        )
        {
            answer.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
            {
                ["ETag"] = new OpenApiHeader
                {
                    Description = "The version of the trust, for If-Match.",
                    Schema = Text(),
                },
            };
            if (known.Status == StatusCodes.Status201Created)
            {
                answer.Headers["Location"] = new OpenApiHeader { Description = "Where the trust is.", Schema = Text() };
            }
        }
    }

    private static OpenApiParameter Header(string name, string description, bool isRequired) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Required = isRequired,
            Schema = Text(),
        };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private const string About =
        "What the administrator's pages do, as JSON, under the same policy. Errors are problems (RFC 9457). Content has no members that are unknown here, and none twice. "
        + "An application id stands percent-encoded in the path; where something in between rewrites paths, and for the ids '.' and '..', the same operations are at /trust?id=. "
        + "Moments are ISO 8601.";
}
