using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace TrustedApps.Admin.Api;

/// <summary>The content and the answers of an endpoint, for the gate and for OpenAPI.</summary>
/// <param name="Name">Its operation id.</param>
/// <param name="Summary">A sentence for people.</param>
internal sealed record ApiOperation(string Name, string Summary)
{
    /// <summary>The type of the answer; null for none.</summary>
    public Type? Answer { get; init; }

    /// <summary>The status of success.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>The type of the content; null for none.</summary>
    public Type? Body { get; init; }

    /// <summary>Whether If-Match is not used, optional or required.</summary>
    public IfMatch IfMatch { get; init; }

    /// <summary>Whether the answer has an ETag.</summary>
    public bool HasETag { get; init; }

    /// <summary>The statuses of failure beside those of every operation.</summary>
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
    private static readonly int[] _errorsOfAll =
    [
        StatusCodes.Status400BadRequest,
        StatusCodes.Status403Forbidden,
        StatusCodes.Status503ServiceUnavailable,
    ];
    private static readonly int[] _errorsOfBodies =
    [
        StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType,
        StatusCodes.Status422UnprocessableEntity,
    ];

    /// <summary>Adds the description of an endpoint.</summary>
    public static RouteHandlerBuilder With(this RouteHandlerBuilder endpoint, ApiOperation operation)
    {
        endpoint
            .WithMetadata(operation)
            .WithSummary(operation.Summary)
            .WithGroupName(OpenApiDescription.Name) // so that it is in no document of the host's own
            .WithMetadata(
                new ProducesResponseTypeMetadata(
                    operation.Status,
                    operation.Answer ?? typeof(void),
                    operation.Answer is null ? [] : [JsonBody.MediaType]
                )
            )
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status401Unauthorized, typeof(void), []));

        // Without content types: routing would reject others by itself, before the policy is checked.
        if (operation.Body is not null) endpoint.WithMetadata(new AcceptsMetadata([], operation.Body));
        foreach (int error in ErrorsOf(operation))
        {
            endpoint.WithMetadata(
                new ProducesResponseTypeMetadata(error, typeof(ProblemDocument), [ProblemDocument.MediaType])
            );
        }

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
