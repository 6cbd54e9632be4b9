using System.Net;

namespace TrustedApps.Client;

/// <summary>Checks the HTTP handler below, which must pass requests and responses on as they are.</summary>
internal static class InnerHandlers
{
    /// <summary>Describes what is wrong with a handler, or with the one below it; null if nothing is.</summary>
    public static string? FindProblem(HttpMessageHandler? handler, bool requiresResponseProof)
    {
        while (handler is DelegatingHandler delegating) handler = delegating.InnerHandler;

        // HttpClient follows redirects below ours and drops only Authorization: our headers would go to any host
        bool isUnsafe =
            handler
            is SocketsHttpHandler { AllowAutoRedirect: true }
                or SocketsHttpHandler { UseCookies: true }
                or HttpClientHandler { AllowAutoRedirect: true }
                or HttpClientHandler { UseCookies: true };
        if (isUnsafe)
        {
            return "AllowAutoRedirect and UseCookies of the primary HTTP handler must be false: otherwise assertions follow redirects to other hosts, and cookies mix the sessions of users. Use TrustedAppHandler.CreateInnerHandler.";
        }

        bool decompresses =
            handler
            is SocketsHttpHandler { AutomaticDecompression: not DecompressionMethods.None }
                or HttpClientHandler { AutomaticDecompression: not DecompressionMethods.None };
        return decompresses && requiresResponseProof
            ? "AutomaticDecompression of the primary HTTP handler must be None where RequireResponseProof is set: the provider proves the content as it sends it, and not what is made of it. Set it to DecompressionMethods.None."
            : null;
    }
}
