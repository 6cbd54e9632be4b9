using System.Globalization;
using Microsoft.OpenApi;

namespace TrustedApps.AspNetCore.OpenApi;

/// <summary>The responses to refused requests, with their codes.</summary>
/// <param name="document">The document that gets them as components.</param>
/// <param name="hasProblems">Whether the application answers with problem details (RFC 9457).</param>
internal sealed class RefusalResponses(OpenApiDocument document, bool hasProblems)
{
    private const string Problem = "TrustedAppProblem";
    private const int TooLarge = 413;

    // Of older versions, or of other implementations.
    private static readonly ErrorCode[] _notOfVersion4 =
    [
        ErrorCode.Unknown,
        ErrorCode.SecretKeyNotFound,
        ErrorCode.MagicNumberNotFound,
        ErrorCode.MissingAssertion,
        ErrorCode.ProviderIdNotFound,
        ErrorCode.UserDisabled,
    ];

    private static readonly SortedDictionary<int, string[]> _codesOfStatus = new(
        Enum.GetValues<ErrorCode>()
            .Except(_notOfVersion4)
            .GroupBy(code => code.ToHttpStatus(), code => code.ToWireName())
            .ToDictionary(codes => codes.Key, codes => codes.ToArray()));

    /// <summary>Adds the responses to an operation. One that the application has described is completed.</summary>
    public void AddTo(OpenApiOperation operation, bool mayBeTooLarge)
    {
        OpenApiResponses responses = operation.Responses ??= [];
        foreach ((int status, string[] codes) in _codesOfStatus)
        {
            if (status == TooLarge && !mayBeTooLarge) continue;
            string key = status.ToString(CultureInfo.InvariantCulture), id = $"TrustedAppRefused{key}";
            OpenApiResponse refusal = Create(status, codes);
            if (responses.TryGetValue(key, out IOpenApiResponse? described))
            {
                if (described is OpenApiResponse own) Complete(own, refusal);
                continue;
            }

            document.AddComponent(id, refusal);
            responses[key] = new OpenApiResponseReference(id, document);
        }
    }

    private OpenApiResponse Create(int status, string[] codes)
    {
        string anyOf = string.Join('|', codes);
        var response = new OpenApiResponse
        {
            Description = Describe(status, codes),
            Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
            {
                ["WWW-Authenticate"] = Header(
                    "Of a refused trusted request `TrustedApp error=\"CODE\"`; `TrustedApp` alone if the request was not a trusted one. Other schemes add challenges of their own."),
                ["X-Seraph-Trusted-App-Status"] = Header("`ERROR` if the trusted request was refused.", "^(OK|ERROR)$"),
                ["X-Seraph-Trusted-App-Error"] = Header(
                    "Code, message and parameters of a refused trusted request, each separated from the next by a semicolon and a tab.",
                    $"^({anyOf});\t"),
            },
        };
        if (status == 503)
        {
            response.Headers["Retry-After"] = new OpenApiHeader
            {
                Description = "The time in seconds after which the request can be sent again.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0" },
            };
        }

        if (!hasProblems) return response;
        document.AddComponent(Problem, CreateProblem());
        response.Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Problem, document) },
        };
        return response;
    }

    private static string Describe(int status, string[] codes)
    {
        string list = string.Join(", ", codes.Select(code => $"`{code}`"));
        return status switch
        {
            401 => $"The user is not authenticated, or the trusted request was refused: {list}.",
            403 => $"The user may not do this, or the trusted request was refused: {list}.",
            TooLarge => $"The trusted request has more content than is verified at once: {list}.",
            _ => $"The trusted request cannot be verified now; send it again later: {list}.",
        };
    }

    private static void Complete(OpenApiResponse own, OpenApiResponse refusal)
    {
        own.Description = string.IsNullOrEmpty(own.Description)
            ? refusal.Description
            : $"{own.Description.TrimEnd('.')}. {refusal.Description}";
        own.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        foreach ((string name, IOpenApiHeader header) in refusal.Headers!) own.Headers.TryAdd(name, header);
        if (refusal.Content is null) return;
        own.Content ??= new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
        foreach ((string type, OpenApiMediaType content) in refusal.Content) own.Content.TryAdd(type, content);
    }

    private static OpenApiHeader Header(string description, string? pattern = null) => new()
    {
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = pattern },
    };

    private static OpenApiSchema CreateProblem() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Problem details (RFC 9457).",
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = Text("A URI that identifies the type of the problem."),
            ["title"] = Text("The meaning of the status."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The status of the response." },
            ["detail"] = Text("The problem in a sentence, with the code."),
            ["reason"] = Text("The stable id of the reason, such as `user.unknown`, once the assertion was opened."),
            ["traceId"] = Text("The trace of the request, for the provider's administrator."),
        },
    };

    private static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Description = description };
}
