using TrustedApps.Testing;
using TrustedApps.Testing.Peers;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// Clients that make trusted requests to an application whose host a test builds itself, such as a WebApplication.
/// </summary>
public static class TrustedAppsHostExtensions
{
    /// <summary>
    /// Creates a client that makes requests on behalf of a user, as an application that the application under test
    /// trusts. Works with TestServer and, over a socket, with Kestrel.
    /// </summary>
    /// <param name="host">
    /// The application, started before the first request, with AddTrustedAppsTesting after AddTrustedApps.
    /// </param>
    /// <param name="user">
    /// The user. A request may name another by OnBehalfOf. Null: each request names its user, or OnOwnBehalf.
    /// </param>
    /// <param name="configure">Sets the options of the client.</param>
    /// <returns>The client. Its base address is the base URL of the application. The caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">
    /// AddTrustedAppsTesting was not called, or the options do not fit the application. If the host has not started,
    /// the
    /// first request throws.
    /// </exception>
    public static HttpClient CreateTrustedClient(
        this IHost host, string? user = null, Action<TrustedClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        return TrustedClients.Create(host.Services, user, configure);
    }

    /// <summary>Ends the trust in an application, as an administrator does it. Its next request is rejected.</summary>
    /// <param name="host">The application.</param>
    /// <param name="applicationId">The id.</param>
    /// <param name="authenticationScheme">The name of the scheme; null for the only one, or the default one.</param>
    /// <returns>Whether it was trusted.</returns>
    public static bool RevokeTrust(this IHost host, string applicationId, string? authenticationScheme = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        return TrustedClients.Revoke(host.Services, applicationId, authenticationScheme);
    }
}
