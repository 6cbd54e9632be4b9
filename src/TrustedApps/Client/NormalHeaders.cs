using System.Net.Http.Headers;

namespace TrustedApps.Client;

/// <summary>
/// Recognizes the form in which HttpClient keeps a response header after an inner handler has read it, such as one that
/// logs: the text that was received is gone then.
/// </summary>
internal static class NormalHeaders
{
    /// <summary>
    /// Whether a header that was received is the normal form of its proven value, and differs in white space and
    /// percent-encoding alone.
    /// </summary>
    public static bool IsNormalForm(string name, string proven, string received)
    {
        if (!IsSameButForSpacesAndEscapes(proven, received)) return false;
        using var response = new HttpResponseMessage();
        HttpHeaders headers = name == "Location" ? response.Headers : response.Content.Headers;
        headers.TryAddWithoutValidation(name, proven);
        _ = headers.TryGetValues(name, out _); // which normalizes it
        return headers.NonValidated.TryGetValues(name, out HeaderStringValues values)
            && string.Join(", ", values) == received;
    }

    private static bool IsSameButForSpacesAndEscapes(string proven, string received) =>
        Uri.UnescapeDataString(WithoutSpaces(proven)) == Uri.UnescapeDataString(WithoutSpaces(received));

    private static string WithoutSpaces(string value) =>
        string.Concat(value.Where(character => character is not (' ' or '\t')));
}
