using System.Net.Http.Headers;

namespace TrustedApps.Client;

/// <summary>Reads the error that a provider's response says.</summary>
internal static class ResponseError
{
    /// <summary>Finds the error; null when the response does not say that the request was rejected.</summary>
    public static TrustedAppError? Find(HttpResponseMessage response)
    {
        TrustedAppError? error = null;
        foreach (HeaderFamily family in HeaderFamily.All)
        {
            if (Find(response.Headers, family.Status) == family.ErrorStatus) error = Read(response.Headers, family);
        }

        return error;
    }

    private static TrustedAppError Read(HttpResponseHeaders headers, HeaderFamily family)
    {
        string? value = Find(headers, family.Error);
        if (family.ErrorCode is not null)
        {
            return new TrustedAppError(ErrorCodeNames.Parse(Find(headers, family.ErrorCode)), "{0}", value ?? "");
        }

        return TrustedAppError.TryParse(value, out TrustedAppError? error)
            ? error
            : new TrustedAppError(ErrorCode.Unknown, "The provider gave no readable reason");
    }

    private static string? Find(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
