using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Admin.Certificates;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>Fetches certificates by the rules of the scheme's options.</summary>
internal static class ComparedCertificate
{
    /// <exception cref="CertificateException">There is none, or it cannot be read.</exception>
    public static async Task<FoundCertificate> FindAsync(HttpContext context, string baseUrl)
    {
        TrustedAppsOptions settings = context
            .RequestServices.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>()
            .Get(ApiScheme.Of(context));
        using CertificateClient client = CertificateFinder.Create(
            context.RequestServices.GetRequiredService<IHttpClientFactory>(), settings);
        return await FoundCertificate.FindAsync(client, baseUrl, context.RequestAborted);
    }

    /// <summary>Returns the certificate, if it has exactly the signing keys that were compared.</summary>
    /// <exception cref="CertificateException">There is none, or it cannot be read.</exception>
    /// <exception cref="ProblemException">It has other signing keys.</exception>
    public static async Task<FoundCertificate> FindAsync(
        HttpContext context,
        string baseUrl,
        IReadOnlyList<string> fingerprints
    )
    {
        FoundCertificate found = await FindAsync(context, baseUrl);
        return found.HasExactly(fingerprints)
            ? found
            : throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                $"The certificate at {found.BaseUrl.Text} has {found.SigningKeys.Count} signing keys, and these are not exactly their fingerprints. Compare them with what the other administrator sees, over a channel that you trust.",
                "fingerprints"
            );
    }
}
