using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>The providers that this application may ask.</summary>
internal static class ProviderEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/providers", ListAsync)
            .With(
                new("listProviders", "Lists the providers that this application may ask")
                {
                    Answer = typeof(ProvidersAnswer),
                }
            );
        api.MapPost("/providers", AddAsync)
            .With(
                new(
                    "addProvider",
                    "Fetches the certificate of a provider and pins it, if its signing keys are exactly those that were compared"
                )
                {
                    Body = typeof(ComparedBody),
                    Answer = typeof(ProviderAnswer),
                    Status = StatusCodes.Status201Created,
                    Errors = [StatusCodes.Status409Conflict],
                }
            );
        api.MapDelete("/providers", RemoveAsync)
            .With(
                new(
                    "removeProvider",
                    "Forgets the provider of a base URL; clients that are running notice it within a day, or when they are started again"
                )
                {
                    Status = StatusCodes.Status204NoContent,
                    Errors = [StatusCodes.Status404NotFound],
                }
            );
    }

    private static async Task<IResult> ListAsync(
        [FromServices] ProviderAdministration providers,
        CancellationToken cancellationToken
    ) =>
        new JsonAnswer<ProvidersAnswer>(
            new([.. (await providers.ListAsync(cancellationToken)).Select(ProviderAnswer.Of)]),
            ApiJson.Default.ProvidersAnswer
        );

    private static async Task<IResult> AddAsync(
        HttpContext context,
        [FromServices] ProviderAdministration providers,
        CancellationToken cancellationToken
    )
    {
        ComparedBody body = await JsonBody.ReadAsync<ComparedBody>(context);
        FoundCertificate found = await ComparedCertificate.FindAsync(context, body.BaseUrl, body.Fingerprints);
        StoredProvider added = await providers.AddAsync(found, RequestGate.AdministratorOf(context), cancellationToken);
        return new JsonAnswer<ProviderAnswer>(
            ProviderAnswer.Of(added),
            ApiJson.Default.ProviderAnswer,
            StatusCodes.Status201Created
        );
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext context,
        string baseUrl,
        [FromServices] ProviderAdministration providers,
        CancellationToken cancellationToken
    )
    {
        await providers.RemoveAsync(baseUrl, RequestGate.AdministratorOf(context), cancellationToken);
        return TypedResults.NoContent();
    }
}
