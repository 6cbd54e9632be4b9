using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;

namespace TrustedApps.Client;

/// <summary>What a provider's response says of the assertion.</summary>
internal static class ResponseError
{
    public static bool TryRead(HttpResponseMessage response, [NotNullWhen(true)] out TrustedAppError? error)
    {
        error = null;
        foreach (HeaderFamily family in HeaderFamily.All)
        {
            if (Find(response.Headers, family.Status) == family.ErrorStatus) error = Read(response.Headers, family);
        }

        return error is not null;
    }

    private static TrustedAppError Read(HttpResponseHeaders headers, HeaderFamily family)
    {
        string? value = Find(headers, family.Error);
        if (family.ErrorCode is not null) return new TrustedAppError(ErrorCodeNames.Parse(Find(headers, family.ErrorCode)), "{0}", value ?? "");
        return TrustedAppError.TryParse(value, out TrustedAppError? error)
            ? error
            : new TrustedAppError(ErrorCode.Unknown, "The provider gave no reason that can be read");
    }

    private static string? Find(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
