namespace TrustedApps.Client;

/// <summary>Sets the user of a trusted request.</summary>
public static class TrustedAppRequestExtensions
{
    private static readonly HttpRequestOptionsKey<string> _user = new("TrustedApps.User");
    private static readonly HttpRequestOptionsKey<bool> _isOnOwnBehalf = new("TrustedApps.OnOwnBehalf");

    /// <summary>
    /// Sets the user on whose behalf the request is made. A client without AddTrustedApp (without a
    /// <see cref="TrustedAppHandler"/>) sends it for an anonymous user, and nothing notices. A client with it throws if
    /// the URL is not below <see cref="TrustedAppClientOptions.BaseUrl"/>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="user">
    /// The user: 1 to 255 characters without control characters, not beginning or ending with a space; under older
    /// versions up to 1,024.
    /// </param>
    /// <returns>The same request.</returns>
    public static HttpRequestMessage OnBehalfOf(this HttpRequestMessage request, string user)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(user);
        request.Options.Set(_user, user);
        request.Options.Set(_isOnOwnBehalf, false);
        return request;
    }

    /// <summary>
    /// Makes the request as the application itself, without a user. Version 4 only; the provider's trust must allow it.
    /// As with <see cref="OnBehalfOf"/>, the client needs AddTrustedApp and the URL must be below its base URL.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    public static HttpRequestMessage OnOwnBehalf(this HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(_isOnOwnBehalf, true);
        return request;
    }

    internal static string? FindUser(this HttpRequestMessage request) =>
        request.Options.TryGetValue(_user, out string? user) ? user : null;

    internal static bool IsOnOwnBehalf(this HttpRequestMessage request) =>
        request.Options.TryGetValue(_isOnOwnBehalf, out bool isOwn) && isOwn;
}
