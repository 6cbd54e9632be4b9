using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>Reports: requests, refusals, and administrators' changes.</summary>
internal static class ReportEndpoints
{
    private const int DefaultLines = 100;
    private const int MaxLines = 1000;
    private const int MaxApplications = 100;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/refusals", ListRejectionsAsync)
            .With(new("listRefusals", "Lists the latest refusals, newest first") { Answer = typeof(RefusalsAnswer) });
        api.MapGet("/audit", ListAuditAsync)
            .With(new("listAudit", "Lists administrators' changes, newest first") { Answer = typeof(AuditAnswer) });
        api.MapGet("/activity", ListActivityAsync)
            .With(
                new(
                    "listActivity",
                    "Counts requests and refusals of applications: id once for each, empty for those that are not trusted"
                )
                {
                    Answer = typeof(ActivityAnswer),
                }
            )
            .WithMetadata(new RepeatedParameter("id", MaxApplications));
    }

    private static async Task<IResult> ListRejectionsAsync(
        [FromServices] StoreReports reports,
        string? application = null,
        int take = DefaultLines,
        CancellationToken cancellationToken = default
    )
    {
        RequireLines(take);
        return new JsonAnswer<RefusalsAnswer>(
            new(await reports.ListRejectionsAsync(application, take, cancellationToken)),
            ApiJson.Default.RefusalsAnswer
        );
    }

    private static async Task<IResult> ListAuditAsync(
        [FromServices] StoreReports reports,
        string? subject = null,
        long? before = null,
        int take = DefaultLines,
        CancellationToken cancellationToken = default
    )
    {
        RequireLines(take);
        IReadOnlyList<AuditEntry> entries = await reports.ListAuditAsync(subject, before, take, cancellationToken);
        return new JsonAnswer<AuditAnswer>(new([.. entries.Select(AuditLine.Of)]), ApiJson.Default.AuditAnswer);
    }

    private static async Task<IResult> ListActivityAsync(
        [FromQuery] string[] id,
        [FromServices] StoreReports reports,
        CancellationToken cancellationToken
    )
    {
        if (id.Length == 0)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "Name the applications: id once for each.");
        }

        return new JsonAnswer<ActivityAnswer>(
            new(await reports.GetActivityAsync(id, cancellationToken)),
            ApiJson.Default.ActivityAnswer
        );
    }

    private static void RequireLines(int take)
    {
        if (take is < 1 or > MaxLines)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "take is 1 to 1,000.");
        }
    }
}

/// <summary>A parameter of an endpoint that may come more than once.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Maximum">The largest number of times.</param>
internal sealed record RepeatedParameter(string Name, int Maximum);
