using Microsoft.Extensions.Http;
using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// Refuses requests that say on whose behalf they are made in clients of the factory that add no assertion: they would
/// be sent for an anonymous user.
/// </summary>
internal sealed class UnassertedRequestFilter : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        bool isTrusted = builder.Name == CertificateClient.HttpClientName
            || builder.AdditionalHandlers.Any(handler => handler is TrustedAppHandler)
            || HasTrustedHandler(builder.PrimaryHandler);
        if (!isTrusted) builder.AdditionalHandlers.Add(new UnassertedRequestHandler(builder.Name));
    };

    private static bool HasTrustedHandler(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler delegating and not TrustedAppHandler) handler = delegating.InnerHandler;
        return handler is TrustedAppHandler;
    }

    private sealed class UnassertedRequestHandler(string? client) : DelegatingHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            RequireNoUser(request);
            return base.Send(request, cancellationToken);
        }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            RequireNoUser(request);
            return base.SendAsync(request, cancellationToken);
        }

        private void RequireNoUser(HttpRequestMessage request)
        {
            if (request.FindUser() is null && !request.IsOnOwnBehalf()) return;
            throw new InvalidOperationException(
                $"The request says on whose behalf it is made, but the client '{client}' was added without AddTrustedApp, so it would be sent without an assertion. Call AddTrustedApp on AddHttpClient(\"{client}\"), or use the client that has it: names of clients are compared with their case."
            );
        }
    }
}
