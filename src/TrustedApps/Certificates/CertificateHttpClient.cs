using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace TrustedApps.Certificates;

/// <summary>
/// Secures the client that fetches the certificates of a host, after all of its configuration, so that none of it can
/// loosen a rule.
/// </summary>
internal sealed class CertificateHttpClient : IPostConfigureOptions<HttpClientFactoryOptions>
{
    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        if (name != CertificateClient.HttpClientName) return;
        options.HttpClientActions.Add(client => client.Timeout = Timeout.InfiniteTimeSpan);
        options.HttpMessageHandlerBuilderActions.Add(builder =>
        {
            CertificateHandler.Secure(builder.PrimaryHandler);
            builder.AdditionalHandlers.Add(new CredentialRemoval()); // behind each that the application has added
        });
    }
}
