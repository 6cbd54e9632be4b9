using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace TrustedApps.AspNetCore.OpenApi;

/// <summary>
/// Adds the security schemes to a document, and the requirement and the responses to its operations. The operations
/// come first.
/// </summary>
internal sealed class TrustedAppsTransformer(AcceptingSchemes accepting)
    : IOpenApiOperationTransformer, IOpenApiDocumentTransformer
{
    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        IReadOnlyList<string> schemes = await accepting.FindAsync(metadata, context.ApplicationServices);
        if (schemes.Count == 0 || context.Document is not { } document) return;

        foreach (string scheme in schemes)
        {
            (operation.Security ??= []).Add(TrustedAppsSecurityScheme.Require(scheme, document));
        }

        bool hasProblems = context.ApplicationServices.GetService<IProblemDetailsService>() is not null;
        var refusals = new RefusalResponses(document, hasProblems);
        bool buffersContent = operation.RequestBody is not null || MayHaveContent(context.Description.HttpMethod);
        bool isStreamed = metadata.OfType<StreamTrustedContentAttribute>().Any();
        refusals.AddTo(operation, mayBeTooLarge: buffersContent && !isStreamed);
    }

    public async Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (string scheme in await accepting.FindAllAsync(context.ApplicationServices))
        {
            TrustedAppsSecurityScheme.AddTo(document, scheme);
        }

        // The requirements of an operation replace those of the document, which are alternatives, too.
        if (document.Security is not { Count: > 0 } common) return;
        foreach (OpenApiOperation operation in document.Paths.Values.SelectMany(OperationsOf))
        {
            if (operation.Security is not { Count: > 0 } own) continue;
            if (!own.All(TrustedAppsSecurityScheme.IsRequiredBy)) continue;
            foreach (OpenApiSecurityRequirement requirement in common) own.Add(requirement);
        }
    }

    private static IEnumerable<OpenApiOperation> OperationsOf(IOpenApiPathItem path) =>
        path.Operations is { } operations ? operations.Values : [];

    private static bool MayHaveContent(string? method) =>
        method is not null && (HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method));
}
