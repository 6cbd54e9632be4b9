using System.Net.Http.Headers;
using TrustedApps.Responses;

namespace TrustedApps.Client;

/// <summary>Reads the parts of a response that its proof covers, exactly as they were received.</summary>
internal static class ResponseHeaders
{
    /// <summary>
    /// Finds the only proof among headers or trailers; null, and a description, if there is not exactly one.
    /// </summary>
    public static string? FindProof(HttpHeaders headers, out string? problem)
    {
        problem = "it has no proof";
        if (!headers.NonValidated.TryGetValues(ResponseProver.HeaderName, out HeaderStringValues values)) return null;
        problem = values.Count == 1 ? null : "it has more than one proof";
        return problem is null ? values.ToString() : null;
    }

    /// <summary>Reads status and headers; null, and a description, if there are several content types.</summary>
    public static ProvenResponse? Read(HttpResponseMessage response, out string? problem)
    {
        HttpContentHeaders content = response.Content.Headers;
        problem = content.NonValidated.TryGetValues("Content-Type", out HeaderStringValues types) && types.Count > 1
            ? "it has more than one Content-Type"
            : null;
        return problem is not null ? null : new ProvenResponse
        {
            Status = (int)response.StatusCode,
            ContentType = Find(content, "Content-Type"),
            ContentEncoding = Find(content, "Content-Encoding"),
            ContentRange = Find(content, "Content-Range"),
            Location = Find(response.Headers, "Location"),
        };
    }

    private static string? Find(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? string.Join(", ", values) : null;
}
