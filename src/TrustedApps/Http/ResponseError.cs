using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;

namespace TrustedApps.Http;

/// <summary>What a provider's response says of the assertion.</summary>
internal static class ResponseError
{
    public static bool TryRead(HttpResponseMessage response, [NotNullWhen(true)] out TrustedAppError? error)
    {
        HttpResponseHeaders headers = response.Headers;
        error = Find(headers, HeaderFamily.Atlassian.Status) == "ERROR" ? ReadAtlassian(Find(headers, "X-Seraph-Trusted-App-Error"))
            : Find(headers, HeaderFamily.Warwick.Status) == "Error" ? ReadWarwick(headers)
            : null;
        return error is not null;
    }

    private static TrustedAppError ReadAtlassian(string? value) => TrustedAppError.TryParse(value, out TrustedAppError? error)
        ? error
        : new TrustedAppError(ErrorCode.Unknown, "The provider gave no reason that can be read");

    private static TrustedAppError ReadWarwick(HttpResponseHeaders headers) => new(
        ErrorCodeNames.Parse(Find(headers, "X-Trusted-App-Error-Code")), "{0}", Find(headers, "X-Trusted-App-Error-Message") ?? "");

    private static string? Find(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
