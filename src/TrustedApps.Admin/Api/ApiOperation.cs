using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace TrustedApps.Admin.Api;

/// <summary>What an endpoint takes and answers: what the gate goes by and what OpenAPI shows.</summary>
/// <param name="Name">Its operation id.</param>
/// <param name="Summary">What it does.</param>
internal sealed record ApiOperation(string Name, string Summary)
{
    /// <summary>What is answered; null for nothing.</summary>
    public Type? Answer { get; init; }

    /// <summary>The status of success.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>The content that is taken; null for none.</summary>
    public Type? Body { get; init; }

    /// <summary>Whether If-Match is taken, and whether it must be there.</summary>
    public IfMatch IfMatch { get; init; }

    /// <summary>Whether the answer has an ETag.</summary>
    public bool HasETag { get; init; }

    /// <summary>How it can fail, beside what every operation can.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];
}

internal enum IfMatch
{
    NotUsed,
    Optional,
    Required,
}

internal static class ApiOperationExtensions
{
    private static readonly int[] _errorsOfAll = [StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status503ServiceUnavailable];
    private static readonly int[] _errorsOfBodies = [StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity];

    /// <summary>Says what an endpoint takes and answers.</summary>
    public static RouteHandlerBuilder With(this RouteHandlerBuilder endpoint, ApiOperation operation)
    {
        endpoint.WithMetadata(operation)
            .WithSummary(operation.Summary)
            .WithGroupName(OpenApiDescription.Name) // so that it is in no document of the host's own
            .WithMetadata(new ProducesResponseTypeMetadata(operation.Status, operation.Answer ?? typeof(void), operation.Answer is null ? [] : [JsonBody.MediaType]))
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status401Unauthorized, typeof(void), []));

        // Without content types: routing would answer others by itself, before the policy is asked.
        if (operation.Body is not null) endpoint.WithMetadata(new AcceptsMetadata([], operation.Body));
        foreach (int error in ErrorsOf(operation)) endpoint.WithMetadata(new ProducesResponseTypeMetadata(error, typeof(ProblemDocument), [ProblemDocument.MediaType]));
        return endpoint;
    }

    private static IEnumerable<int> ErrorsOf(ApiOperation operation)
    {
        IEnumerable<int> errors = [.. operation.Errors, .. _errorsOfAll];
        if (operation.Body is not null) errors = errors.Concat(_errorsOfBodies);
        if (operation.IfMatch != IfMatch.NotUsed) errors = errors.Append(StatusCodes.Status412PreconditionFailed);
        if (operation.IfMatch == IfMatch.Required) errors = errors.Append(StatusCodes.Status428PreconditionRequired);
        return errors.Distinct().Order();
    }
}
