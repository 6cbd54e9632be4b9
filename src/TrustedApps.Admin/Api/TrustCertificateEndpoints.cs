using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>
/// Decisions about the keys of a trusted application. Each names the version of the trust that the administrator saw.
/// </summary>
internal static class TrustCertificateEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapTrust(
            "POST",
            "/certificate/confirm",
            ConfirmAsync,
            ChangeOf("confirmCertificate", "Confirms the certificate that waits")
        );
        api.MapTrust(
            "POST",
            "/certificate/reject",
            RejectAsync,
            ChangeOf("rejectCertificate", "Rejects the certificate that waits: its keys are not offered again")
        );
        api.MapTrust(
            "POST",
            "/certificate/restore",
            RestoreAsync,
            ChangeOf("restoreCertificate", "Puts back the certificate before this one")
        );
        api.MapTrust(
            "POST",
            "/certificate/replace",
            ReplaceAsync,
            ChangeOf(
                "replaceCertificate",
                "Fetches a certificate and puts it in the place of all that was, if its signing keys are exactly those that were compared"
            ) with
            {
                Body = typeof(ReplaceCertificateBody),
            }
        );
        api.MapTrust(
            "DELETE",
            "/keys/{thumbprint}",
            RemoveKeyAsync,
            ChangeOf("removeKey", "Removes a key of the application, at once and for good")
        );
    }

    private static async Task<IResult> ConfirmAsync(
        HttpContext context,
        string id,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        TrustEndpoints.Answer(
            await trusts.ConfirmCertificateAsync(
                TrustRoutes.IdOf(context, id),
                EntityTag.Require(context.Request),
                RequestGate.AdministratorOf(context),
                cancellationToken
            ),
            time
        );

    private static async Task<IResult> RejectAsync(
        HttpContext context,
        string id,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        TrustEndpoints.Answer(
            await trusts.RejectCertificateAsync(
                TrustRoutes.IdOf(context, id),
                EntityTag.Require(context.Request),
                RequestGate.AdministratorOf(context),
                cancellationToken
            ),
            time
        );

    private static async Task<IResult> RestoreAsync(
        HttpContext context,
        string id,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        TrustEndpoints.Answer(
            await trusts.RestoreCertificateAsync(
                TrustRoutes.IdOf(context, id),
                EntityTag.Require(context.Request),
                RequestGate.AdministratorOf(context),
                cancellationToken
            ),
            time
        );

    private static async Task<IResult> ReplaceAsync(
        HttpContext context,
        string id,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        long version = EntityTag.Require(context.Request);
        ReplaceCertificateBody body = await JsonBody.ReadAsync<ReplaceCertificateBody>(context);
        FoundCertificate found = await ComparedCertificate.FindAsync(context, body.BaseUrl, body.Fingerprints);
        return TrustEndpoints.Answer(
            await trusts.ReplaceCertificateAsync(
                TrustRoutes.IdOf(context, id),
                version,
                found,
                body.ReadmittedKeys,
                RequestGate.AdministratorOf(context),
                cancellationToken
            ),
            time
        );
    }

    private static async Task<IResult> RemoveKeyAsync(
        HttpContext context,
        string id,
        string thumbprint,
        [FromServices] TrustAdministration trusts,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        TrustEndpoints.Answer(
            await trusts.RemoveKeyAsync(
                TrustRoutes.IdOf(context, id),
                EntityTag.Require(context.Request),
                thumbprint,
                RequestGate.AdministratorOf(context),
                cancellationToken
            ),
            time
        );

    private static ApiOperation ChangeOf(string name, string summary) =>
        TrustEndpoints.ChangeOf(name, summary) with
        {
            IfMatch = IfMatch.Required,
        };
}
