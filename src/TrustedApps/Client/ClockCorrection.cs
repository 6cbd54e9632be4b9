using System.Net;

namespace TrustedApps.Client;

/// <summary>
/// Finds the provider's clock in a rejection: in its proof where one is demanded, otherwise in the Date header
/// (specification version-4.md, sections 5 and 7).
/// </summary>
internal static class ClockCorrection
{
    /// <summary>Finds the provider's clock, if the response is proven or the connection protects it.</summary>
    /// <param name="answer">What the response says.</param>
    /// <param name="request">The request.</param>
    /// <param name="response">The response.</param>
    public static DateTimeOffset? FindClock(
        in ProviderAnswer answer, HttpRequestMessage request, HttpResponseMessage response)
    {
        if (answer.Proof is { } proof) return DateTimeOffset.FromUnixTimeSeconds(proof.IssuedAt);
        return answer.IsTaken && IsProtected(request.RequestUri!) ? response.Headers.Date : null;
    }

    private static bool IsProtected(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.IdnHost == "localhost"
        || (IPAddress.TryParse(url.IdnHost, out IPAddress? address) && IPAddress.IsLoopback(address));
}
