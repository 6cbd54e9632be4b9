namespace TrustedApps;

/// <summary>Names the user of a request.</summary>
public static class TrustedAppRequestExtensions
{
    private static readonly HttpRequestOptionsKey<string> _user = new("TrustedApps.User");

    /// <summary>Makes the request on behalf of a user. Without a <see cref="TrustedAppHandler"/> it does nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="user">The user: 1 to 1,024 code points without control characters.</param>
    /// <returns>The same request.</returns>
    public static HttpRequestMessage OnBehalfOf(this HttpRequestMessage request, string user)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(user);
        request.Options.Set(_user, user);
        return request;
    }

    internal static string? FindUser(this HttpRequestMessage request) => request.Options.TryGetValue(_user, out string? user) ? user : null;
}
