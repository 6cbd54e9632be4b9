using System.Net.Http.Headers;

namespace TrustedApps.Client;

/// <summary>
/// Describes a request as its assertion does: from the message, and from the options where the message says nothing.
/// </summary>
internal static class RequestClaims
{
    /// <summary>
    /// Describes on whose behalf a request is made. Once for each request: the options may be callbacks.
    /// </summary>
    /// <exception cref="InvalidOperationException">The request names no user.</exception>
    public static OutgoingRequest Of(HttpRequestMessage request, TrustedAppClientOptions options)
    {
        string? user = FindUser(request, options);
        IReadOnlyList<string>? actors =
            request.FindActors() ?? (user is null ? null : options.CurrentActors?.Invoke(user));
        return new OutgoingRequest
        {
            Url = SignedUrl.Of(request),
            User = user,
            Actors = actors ?? [],
            Scopes = request.FindScopes() ?? [.. options.Scopes],
            RequireResponseProof = options.RequireResponseProof,
        };
    }

    /// <summary>Adds the parts that each attempt sends anew: URL, method and headers.</summary>
    public static OutgoingRequest WithSentParts(
        this in OutgoingRequest claims, HttpRequestMessage request, TrustedAppClientOptions options)
    {
        string method = HttpMethod.Parse(request.Method.Method).Method;
        List<KeyValuePair<string, string>> bound = FindBoundHeaders(request, options);
        return claims with { Url = SignedUrl.Of(request), Method = method, BoundHeaders = bound };
    }

    // Null when the request says that the application acts as itself.
    private static string? FindUser(HttpRequestMessage request, TrustedAppClientOptions options) =>
        request.IsOnOwnBehalf()
            ? null
            : request.FindUser()
                ?? options.CurrentUser?.Invoke()
                ?? throw new InvalidOperationException(
                    "A trusted request needs a user: call OnBehalfOf on the request, or set TrustedAppClientOptions.CurrentUser."
                );

    private static List<KeyValuePair<string, string>> FindBoundHeaders(
        HttpRequestMessage request, TrustedAppClientOptions options)
    {
        List<KeyValuePair<string, string>> bound = [];
        foreach (string name in options.BoundHeaders.Concat(request.FindBoundHeaders()))
        {
            bool isThere = bound.Exists(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (!isThere && FindValue(request, name) is { } value) bound.Add(new(name, value));
        }

        return bound;
    }

    private static string? FindValue(HttpRequestMessage request, string name) =>
        FindValue(request.Headers, name) ?? (request.Content is { } content ? FindValue(content.Headers, name) : null);

    // As HttpClient sends it, on one line. Reading it first normalizes it, as a handler below might do later.
    private static string? FindValue(HttpHeaders headers, string name)
    {
        _ = headers.TryGetValues(name, out _);
        return headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;
    }
}
