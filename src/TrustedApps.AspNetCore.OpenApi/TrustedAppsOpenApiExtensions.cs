using Microsoft.AspNetCore.OpenApi;
using TrustedApps.AspNetCore.OpenApi;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Describes trusted requests in the OpenAPI document of an application.</summary>
public static class TrustedAppsOpenApiExtensions
{
    /// <summary>
    /// Adds a security scheme for each trusted-application scheme, and to each operation that accepts its requests the
    /// requirement and the responses to refused requests with their codes.
    /// </summary>
    /// <remarks>
    /// Which operations these are follows from authorization: the policies of the endpoint, or else the fallback
    /// policy, and their schemes, or else the default scheme. Operations that allow anonymous users stay as they are.
    /// Requirements that other transformers add stay as well: each is an alternative.
    /// </remarks>
    /// <param name="options">The options of a document.</param>
    /// <param name="forwardingSchemes">
    /// Other authentication schemes of the application that accept trusted requests, such as a chain. A policy scheme
    /// that forwards to a trusted-application scheme is found without it.
    /// </param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">The name of a scheme is empty.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddAuthentication().AddTrustedApps();
    /// builder.Services.AddOpenApi(options => options.AddTrustedAppsSecurityScheme());
    /// </code>
    /// </example>
    public static OpenApiOptions AddTrustedAppsSecurityScheme(
        this OpenApiOptions options, params string[] forwardingSchemes)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(forwardingSchemes);
        foreach (string scheme in forwardingSchemes) ArgumentException.ThrowIfNullOrEmpty(scheme);

        var transformer = new TrustedAppsTransformer(new AcceptingSchemes([.. forwardingSchemes]));
        return options.AddOperationTransformer(transformer).AddDocumentTransformer(transformer);
    }
}
