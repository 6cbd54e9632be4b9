using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.Certificates;

namespace TrustedApps.IntegrationTests;

/// <summary>Serves and fetches legacy documents, well and badly.</summary>
internal static class LegacyCertificates
{
    public const string Document = "/admin/appTrustCertificate";

    public static byte[] Wiki { get; } = TestKeys.Wiki.ToLegacyCertificate().ToBytes();

    public static Task<KestrelServer> ServeAsync(RequestDelegate serve, RequestLog? seen = null) => (seen ?? new RequestLog()).StartServerAsync(app =>
    {
        app.Map(Document, serve);
        app.Map("/app" + Document, serve);
    });

    public static Task WriteAsync(HttpContext context, byte[] document, string? type = "text/plain")
    {
        context.Response.Headers.ContentType = type;
        return context.Response.Body.WriteAsync(document, context.RequestAborted).AsTask();
    }

    public static async Task<LegacyCertificate> FetchAsync(string url, CertificateClientOptions? options = null)
    {
        using var client = new CertificateClient(options);
        return await client.FetchLegacyAsync(new Uri(url), TestContext.Current.CancellationToken);
    }

    public static async Task<string> RefusedAsync(string url, CertificateClientOptions? options = null) =>
        (await Assert.ThrowsAsync<CertificateException>(() => FetchAsync(url, options))).Message;
}
