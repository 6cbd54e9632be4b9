using System.Net;
using System.Net.Http.Json;

namespace TrustedApps.Client;

/// <summary>Follows redirects below the base URL only (RFC 9110 section 15.4).</summary>
internal static class RedirectPolicy
{
    /// <summary>Changes the request into the one that the response redirects to.</summary>
    /// <returns>Whether there is a redirect that may be followed.</returns>
    public static bool TryFollow(HttpRequestMessage request, HttpResponseMessage response, BaseUrl baseUrl)
    {
        if (response.Headers.Location is not { } location || !IsRedirect(response.StatusCode)) return false;
        if (!Uri.TryCreate(request.RequestUri, location, out Uri? target) || !baseUrl.Covers(target)) return false;

        bool becomesGet = BecomesGet(request.Method, response.StatusCode);
        if (!becomesGet && !CanBeSentAgain(request.Content)) return false;
        if (becomesGet)
        {
            (request.Method, request.Content) = (HttpMethod.Get, null);
            // HttpClient rejects it without content
            if (request.Headers.TransferEncodingChunked == true) request.Headers.TransferEncodingChunked = false;
        }

        request.RequestUri = target;
        return true;
    }

    /// <summary>Whether the content can be sent a second time with the same bytes.</summary>
    public static bool CanBeSentAgain(HttpContent? content) =>
        content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent
        || ContentBuffering.IsBuffered(content);

    private static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    private static bool BecomesGet(HttpMethod method, HttpStatusCode status) => (int)status switch
    {
        301 or 302 => method == HttpMethod.Post,
        303 => method != HttpMethod.Get && method != HttpMethod.Head,
        _ => false,
    };
}
