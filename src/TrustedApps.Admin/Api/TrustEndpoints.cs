using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>Trusts: listed, shown, added, edited, suspended and removed.</summary>
internal static class TrustEndpoints
{
    private const int DefaultPage = 100;
    private const int MaxPage = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/trusts", ListAsync)
            .With(new("listTrusts", "Lists trusts by id") { Answer = typeof(TrustsAnswer) });
        api.MapPost("/trusts", AddAsync)
            .With(
                new(
                    "addTrust",
                    "Fetches a certificate and trusts its application, if its signing keys are exactly those that were compared"
                )
                {
                    Body = typeof(AddTrustBody),
                    Answer = typeof(TrustDocument),
                    Status = StatusCodes.Status201Created,
                    HasETag = true,
                    Errors = [StatusCodes.Status409Conflict],
                }
            );

        api.MapTrust(
            "GET",
            "",
            GetAsync,
            new("getTrust", "Shows a trust") { Answer = typeof(TrustDocument), HasETag = true }
        );
        api.MapTrust(
            "PUT",
            "",
            EditAsync,
            ChangeOf("editTrust", "Sets name and conditions of a trust: what is left out gets its default") with
            {
                Body = typeof(EditTrustBody),
                IfMatch = IfMatch.Required,
            }
        );
        api.MapTrust(
            "DELETE",
            "",
            RemoveAsync,
            new("removeTrust", "Removes a trust: every node refuses the application from now on")
            {
                Status = StatusCodes.Status204NoContent,
                IfMatch = IfMatch.Required,
            }
        );
        api.MapTrust(
            "POST",
            "/suspend",
            SuspendAsync,
            ChangeOf("suspendTrust", "Suspends a trust: it stays on record, and every node refuses its requests") with
            {
                IfMatch = IfMatch.Optional,
            }
        );
        api.MapTrust(
            "POST",
            "/resume",
            ResumeAsync,
            ChangeOf("resumeTrust", "Ends the suspension of a trust") with
            {
                IfMatch = IfMatch.Required,
            }
        );
    }

    private static async Task<IResult> ListAsync(
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        string? search = null,
        int skip = 0,
        int take = DefaultPage,
        CancellationToken cancellationToken = default
    )
    {
        if (skip < 0) throw new ProblemException(StatusCodes.Status400BadRequest, "skip must be 0 or more.");
        if (take is < 1 or > MaxPage)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "take must be 1 to 1,000.");
        }

        TrustPage page = await trusts.ListAsync(search, skip, take, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        var answer = new TrustsAnswer(
            [.. page.Trusts.Select(trust => TrustDocument.Of(trust, now))],
            page.Total,
            page.Unreadable
        );
        return new JsonAnswer<TrustsAnswer>(answer, ApiJson.Default.TrustsAnswer);
    }

    private static async Task<IResult> GetAsync(
        HttpContext context,
        string id,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        string exact = TrustRoutes.IdOf(context, id);
        StoredTrust trust = await trusts.FindAsync(exact, cancellationToken) ?? throw NotFound(exact);
        return Answer(trust, time);
    }

    private static async Task<IResult> AddAsync(
        HttpContext context,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        AddTrustBody body = await JsonBody.ReadAsync<AddTrustBody>(context);
        TrustConditions conditions = ConditionsReading.Read(body.Conditions, "conditions");
        LegacyAccess? legacy = ConditionsReading.Read(body.Legacy, "legacy");
        FoundCertificate found = await ComparedCertificate.FindAsync(context, body.BaseUrl, body.Fingerprints);
        if (found.Certificate is null && legacy is not null)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "The application speaks older versions only: its conditions are those of the trust.",
                "legacy"
            );
        }

        TrustedApplication trust = ConditionsReading.Require(
            "conditions",
            () => found.ToTrust(body.Name, conditions, legacy, time.GetUtcNow())
        );
        StoredTrust added = await trusts.AddAsync(trust, RequestGate.AdministratorOf(context), cancellationToken);
        string location = TrustRoutes.AddressOf(context.Request.PathBase + context.Request.Path, added.Id);
        return new JsonAnswer<TrustDocument>(
            TrustDocument.Of(added, time.GetUtcNow()),
            ApiJson.Default.TrustDocument,
            StatusCodes.Status201Created
        )
        {
            ETag = EntityTag.Of(added.Version),
            Location = location,
        };
    }

    private static async Task<IResult> EditAsync(
        HttpContext context,
        string id,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        long version = EntityTag.Require(context.Request);
        EditTrustBody body = await JsonBody.ReadAsync<EditTrustBody>(context);
        TrustConditions conditions = ConditionsReading.Read(body.Conditions, "conditions");
        string exact = TrustRoutes.IdOf(context, id);
        StoredTrust present = await trusts.FindAsync(exact, cancellationToken) ?? throw NotFound(exact);

        // As it was shown: an application of older versions has a key there and nothing else.
        bool isAsShown =
            present.Trust.Record is null
            && body.Legacy is { Until: null, Conditions: null } shown
            && shown.PublicKey == present.Trust.Legacy!.PublicKey.ToBase64();
        LegacyAccess? legacy = isAsShown ? null : ConditionsReading.Read(body.Legacy, "legacy");
        return Answer(
            await trusts.EditAsync(
                exact,
                version,
                new TrustEdit(body.Name, conditions, legacy),
                RequestGate.AdministratorOf(context),
                cancellationToken
            ),
            time
        );
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext context,
        string id,
        [FromServices] TrustAdministration trusts,
        CancellationToken cancellationToken
    )
    {
        await trusts.RemoveAsync(
            TrustRoutes.IdOf(context, id),
            EntityTag.Require(context.Request),
            RequestGate.AdministratorOf(context),
            cancellationToken
        );
        return TypedResults.NoContent();
    }

    private static async Task<IResult> SuspendAsync(
        HttpContext context,
        string id,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        Answer(
            await trusts.SuspendAsync(
                TrustRoutes.IdOf(context, id),
                EntityTag.Read(context.Request),
                RequestGate.AdministratorOf(context),
                cancellationToken
            ),
            time
        );

    private static async Task<IResult> ResumeAsync(
        HttpContext context,
        string id,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        Answer(
            await trusts.ResumeAsync(
                TrustRoutes.IdOf(context, id),
                EntityTag.Require(context.Request),
                RequestGate.AdministratorOf(context),
                cancellationToken
            ),
            time
        );

    /// <summary>Describes an operation that changes a trust.</summary>
    public static ApiOperation ChangeOf(string name, string summary) =>
        new(name, summary)
        {
            Answer = typeof(TrustDocument),
            HasETag = true,
            Errors = [StatusCodes.Status422UnprocessableEntity],
        };

    /// <summary>Shows a trust, with its version.</summary>
    public static IResult Answer(StoredTrust trust, TimeProvider time) =>
        new JsonAnswer<TrustDocument>(TrustDocument.Of(trust, time.GetUtcNow()), ApiJson.Default.TrustDocument)
        {
            ETag = EntityTag.Of(trust.Version),
        };

    private static ProblemException NotFound(string id) =>
        new(StatusCodes.Status404NotFound, $"'{id}' is not trusted by this store.");
}
