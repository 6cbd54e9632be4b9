using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using TrustedApps.AspNetCore;

namespace Tracker;

/// <summary>The REST interface: each user reads what the user may see. Only trusted applications write: no browser can be made to.</summary>
internal static class IssuesApi
{
    private const string Path = "/rest/api/issues";
    private const string MyselfPath = "/rest/api/myself";
    private const int MaxSummary = 200; // characters

    public static void Map(IEndpointRouteBuilder app)
    {
        RouteGroupBuilder reading = app.MapGroup("").RequireUserOf(Logins.Chain);
        reading.MapMethods(Path, ["GET", "HEAD"], Find).WithSummary("Issues that the user may see, and whose text contains q.");
        reading.MapMethods($"{Path}/{{key}}", ["GET", "HEAD"], Get).WithSummary("An issue.").Produces<Issue>().Produces(StatusCodes.Status404NotFound);
        reading.MapGet(MyselfPath, (Delegate)GetMyselfAsync).WithSummary("The user, and the scheme that authenticated the user.").Produces<Myself>();
        app.MapGroup("").RequireUserOf(TrustedAppsDefaults.AuthenticationScheme).MapPost(Path, PostAsync)
            .WithSummary("Makes an issue.")
            .Produces<Issue>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
    }

    private static RouteGroupBuilder RequireUserOf(this RouteGroupBuilder group, string scheme) => group
        .RequireAuthorization(policy => policy.AddAuthenticationSchemes(scheme).RequireAuthenticatedUser())
        .DisableCookieRedirect();

    // Who asks, and which link of the chain said so.
    private static async Task<Myself> GetMyselfAsync(HttpContext context)
    {
        AuthenticateResult result = await context.AuthenticateAsync(Logins.Chain);
        return new Myself(NameOf(context.User), result.Ticket!.AuthenticationScheme);
    }

    private static IReadOnlyList<Issue> Find(string? q, ClaimsPrincipal user, IssueStore store) => store.Find(NameOf(user), q);

    private static IResult Get(string key, ClaimsPrincipal user, IssueStore store) =>
        store.Find(NameOf(user), key).FirstOrDefault(issue => issue.Key == key) is { } issue ? Results.Ok(issue) : Results.NotFound();

    // With {"summary": "..."} a new issue; with nothing the same search as GET.
    private static async Task<IResult> PostAsync(
        string? q, ClaimsPrincipal user, IssueStore store, HttpRequest request, CancellationToken cancellationToken)
    {
        if (await ReadBodyAsync(request, cancellationToken) is not { } body) return Results.Problem(statusCode: StatusCodes.Status413PayloadTooLarge);
        if (body.Length == 0) return Results.Ok(Find(q, user, store));

        if (ReadSummary(body) is not { } summary) return Results.Problem($"Send {{\"summary\": \"...\"}} with 1 to {MaxSummary} characters.", statusCode: StatusCodes.Status400BadRequest);
        if (store.Add(NameOf(user), summary) is not { } issue) return Results.Problem("The tracker is full.", statusCode: StatusCodes.Status507InsufficientStorage);
        return Results.Created($"{Path}/{issue.Key}", issue);
    }

    private static async Task<string?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new StreamReader(request.Body);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (BadHttpRequestException) // more than the server takes, see SampleHost
        {
            return null;
        }
    }

    private static string? ReadSummary(string body)
    {
        try
        {
            string? summary = JsonSerializer.Deserialize<NewIssue>(body, JsonSerializerOptions.Web)?.Summary?.Trim();
            return summary is { Length: > 0 and <= MaxSummary } ? summary : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The name that the user resolver gave: one of this application's own users.
    private static string NameOf(ClaimsPrincipal user) => user.Identity!.Name!;

    private sealed record Myself(string Name, string AuthenticationScheme);

    private sealed record NewIssue(string? Summary);
}
