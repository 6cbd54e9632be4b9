using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace TrustedApps.AspNetCore.OpenApi.Tests;

/// <summary>The tracker with an OpenAPI document, and the document as Microsoft's reader reads it.</summary>
internal static class DescribedServer
{
    private const string Path = "/openapi/v1.json";

    public static Task<KestrelServer> StartAsync(
        Action<WebApplication> map,
        Action<IServiceCollection>? services = null,
        Action<TrustedAppsOptions>? configure = null,
        Action<OpenApiOptions>? document = null) => Version4.StartAsync(
            configure,
            services: added =>
            {
                services?.Invoke(added);
                added.AddOpenApi(document ?? (options => options.AddTrustedAppsSecurityScheme()));
            },
            after: app =>
            {
                map(app);
                app.MapOpenApi().AllowAnonymous();
            });

    /// <summary>The document, which must be OpenAPI 3.1 without an error or warning.</summary>
    public static async Task<OpenApiDocument> ReadDocumentAsync(this KestrelServer server)
    {
        string json = await TrustedRequests.Client.GetStringAsync(server.Origin + Path, TestContext.Current.CancellationToken);
        ReadResult read = OpenApiDocument.Parse(json, "json");
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic!.SpecificationVersion);
        Assert.Empty(read.Diagnostic.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Empty(read.Document!.Validate(ValidationRuleSet.GetDefaultRuleSet()));
        return read.Document!;
    }

    /// <summary>The message with which the document cannot be made.</summary>
    public static async Task<string> ReadFailureAsync(this KestrelServer server)
    {
        using HttpResponseMessage response = await TrustedRequests.Client.GetAsync(server.Origin + Path, TestContext.Current.CancellationToken);
        Assert.Equal(500, (int)response.StatusCode);
        return server.Logs.Lines.Select(line => line.Exception?.Message).First(message => message is not null)!;
    }

    public static OpenApiOperation Operation(this OpenApiDocument document, string path, HttpMethod? method = null) =>
        document.Paths[path].Operations![method ?? HttpMethod.Get];

    /// <summary>The alternatives of an operation, in order.</summary>
    public static string[] Requirements(this OpenApiOperation operation) =>
        [.. (operation.Security ?? []).Select(requirement => string.Join('+', requirement.Keys.Select(scheme => scheme.Reference.Id)))];

    public static string[] Statuses(this OpenApiOperation operation) => [.. operation.Responses!.Keys.Order(StringComparer.Ordinal)];
}
