using System.Net;

namespace TrustedApps.Client;

/// <summary>How far this clock is from the provider's, by the Date header of a refusal (specification version-4.md, section 7).</summary>
internal static class ClockCorrection
{
    /// <summary>The correction, when the response may be believed and it is within the limit.</summary>
    public static bool TryFind(HttpRequestMessage request, HttpResponseMessage response, TimeSpan limit, DateTimeOffset now, out TimeSpan correction)
    {
        correction = default;
        if (limit == TimeSpan.Zero || response.Headers.Date is not { } date || !IsBelievable(request.RequestUri!)) return false;
        correction = date - now;
        return correction.Duration() <= limit;
    }

    private static bool IsBelievable(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.IdnHost == "localhost"
        || (IPAddress.TryParse(url.IdnHost, out IPAddress? address) && IPAddress.IsLoopback(address));
}
