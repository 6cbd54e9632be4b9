using System.Net;

namespace TrustedApps.Client;

/// <summary>
/// Finds the difference between the provider's clock and this one in the Date header of a rejection (specification
/// version-4.md, section 7).
/// </summary>
internal static class ClockCorrection
{
    /// <summary>
    /// Finds the correction, if the connection protects the response and the difference is within the limit.
    /// </summary>
    public static bool TryFind(
        HttpRequestMessage request,
        HttpResponseMessage response,
        TimeSpan limit,
        DateTimeOffset now,
        out TimeSpan correction
    )
    {
        correction = default;
        if (limit == TimeSpan.Zero || response.Headers.Date is not { } date || !IsProtected(request.RequestUri!))
        {
            return false;
        }

        correction = date - now;
        return correction.Duration() <= limit;
    }

    private static bool IsProtected(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.IdnHost == "localhost"
        || (IPAddress.TryParse(url.IdnHost, out IPAddress? address) && IPAddress.IsLoopback(address));
}
