using System.Net.Http.Headers;

namespace TrustedApps.Client;

/// <summary>
/// Reads the error that a provider's response says. White space around values and the case of the status do not matter:
/// strictness would protect nothing here, and lose the reason.
/// </summary>
internal static class ResponseError
{
    /// <summary>Finds the error; null when the response does not say that the request was rejected.</summary>
    public static TrustedAppError? Find(HttpResponseMessage response)
    {
        TrustedAppError? error = null;
        foreach (HeaderFamily family in HeaderFamily.All)
        {
            string? status = Find(response.Headers, family.Status);
            bool isError = family.ErrorStatus.Equals(status, StringComparison.OrdinalIgnoreCase);
            if (isError) error = Read(response.Headers, family);
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

        return TrustedAppError.Read(value);
    }

    private static string? Find(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault()?.Trim(' ', '\t') : null;
}
