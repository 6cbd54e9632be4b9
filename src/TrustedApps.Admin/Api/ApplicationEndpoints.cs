using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>This application's own id and keys. Nothing here has a private part.</summary>
internal static class ApplicationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var change = new ApiOperation("", "")
        {
            Answer = typeof(ApplicationAnswer),
            Errors = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        };
        api.MapGet("/application", Get)
            .With(
                new("getApplication", "Shows this application's own id and keys")
                {
                    Answer = typeof(ApplicationAnswer),
                    Errors = [StatusCodes.Status404NotFound],
                }
            );
        api.MapPost("/application/publish-next", PublishNextAsync)
            .With(
                change with
                {
                    Name = "publishNextKeys",
                    Summary = "Adds the next keys to this application's certificate, 50 hours before they are put in use",
                }
            );
        api.MapPost("/application/rotate", RotateAsync)
            .With(
                change with
                {
                    Name = "rotateKeys",
                    Summary = "Puts the next keys in use and retires those that were",
                }
            );
    }

    private static JsonAnswer<ApplicationAnswer> Get(HttpContext context) =>
        Answer(context, RequireStore(context).Keys);

    private static Task<IResult> PublishNextAsync(
        HttpContext context,
        [FromServices] StoreReports reports,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            context,
            reports,
            "application.publish-next",
            keys => keys.PublishNext(time.GetUtcNow()),
            cancellationToken
        );

    private static Task<IResult> RotateAsync(
        HttpContext context,
        [FromServices] StoreReports reports,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    ) => ChangeAsync(context, reports, "application.rotate", keys => keys.Rotate(time.GetUtcNow()), cancellationToken);

    private static async Task<IResult> ChangeAsync(
        HttpContext context,
        StoreReports reports,
        string action,
        Func<ApplicationKeys, ApplicationKeys> change,
        CancellationToken cancellationToken
    )
    {
        IKeyStore store = RequireStore(context);
        ApplicationKeys before = store.Keys;
        ApplicationKeys after;
        try
        {
            after = await store.ChangeAsync(
                keys =>
                {
                    before = keys;
                    return Try(() => change(keys));
                },
                cancellationToken);
        }
        catch (NotSupportedException fixedKeys)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, fixedKeys.Message);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                $"The keys cannot be stored, and are as they were. {cause.Message}"
            );
        }

        // it has happened, whether or not anybody waits
        await reports.RecordAsync(
            action,
            after.Id,
            Describe(before),
            Describe(after),
            RequestGate.AdministratorOf(context),
            CancellationToken.None
        );
        return Answer(context, after);
    }

    // Two administrators who rotate at once: the second finds no next keys.
    private static ApplicationKeys Try(Func<ApplicationKeys> change)
    {
        try
        {
            return change();
        }
        catch (InvalidOperationException refused)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, refused.Message);
        }
    }

    private static IKeyStore RequireStore(HttpContext context)
    {
        string scheme = ApiScheme.Of(context);
        return context.RequestServices.GetKeyedService<IKeyStore>(scheme)
            ?? throw new ProblemException(
                StatusCodes.Status404NotFound,
                $"The scheme '{scheme}' has no keys of its own: name a key file in Keys, or a KeyFolder of the store."
            );
    }

    private static JsonAnswer<ApplicationAnswer> Answer(HttpContext context, ApplicationKeys keys)
    {
        TrustedAppsOptions settings = context
            .RequestServices.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>()
            .Get(ApiScheme.Of(context));
        string path = keys.HasVersion4Keys ? ApplicationCertificate.Path : LegacyCertificate.Path;
        var answer = new ApplicationAnswer(
            keys.Id,
            [.. settings.BaseUrls],
            [.. settings.BaseUrls.Select(baseUrl => baseUrl + path)],
            [.. keys.Keys.Select(OwnKey.Of)]
        );
        return new JsonAnswer<ApplicationAnswer>(answer, ApiJson.Default.ApplicationAnswer);
    }

    private static string Describe(ApplicationKeys keys) =>
        JsonSerializer.Serialize([.. keys.Keys.Select(OwnKey.Of)], ApiJson.Default.OwnKeyArray);
}
