using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace TrustedApps.Admin.Api;

/// <summary>
/// The problem of a request that was not served (RFC 9457). The type is about:blank: the status is the kind.
/// </summary>
internal sealed record ProblemDocument : IResult
{
    public const string MediaType = "application/problem+json";

    /// <summary>The phrase of the status.</summary>
    public required string Title { get; init; }

    /// <summary>The status.</summary>
    public required int Status { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Detail { get; init; }

    /// <summary>The members of the content that are not valid, each by its path, with the problem.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    public static ProblemDocument Of(int status, string detail, string? field = null) => new()
    {
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = detail,
        Errors = field is null ? null : new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [detail] },
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        return httpContext.Response.WriteAsJsonAsync(
            this,
            ApiJson.Default.ProblemDocument,
            MediaType,
            httpContext.RequestAborted
        );
    }
}
