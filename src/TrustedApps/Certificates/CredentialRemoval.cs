namespace TrustedApps.Certificates;

/// <summary>
/// Removes credentials from a request for a certificate, such as those that the application adds to the requests of
/// all of its clients: anyone may answer at the base URL of a certificate.
/// </summary>
internal sealed class CredentialRemoval : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = null;
        request.Headers.ProxyAuthorization = null;
        request.Headers.Remove("Cookie");
        return base.SendAsync(request, cancellationToken);
    }
}
