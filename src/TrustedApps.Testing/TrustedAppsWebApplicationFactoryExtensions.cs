using TrustedApps.Testing;
using TrustedApps.Testing.Hosting.Requests;

namespace Microsoft.AspNetCore.Mvc.Testing;

/// <summary>Clients with trusted requests to the application of a <see cref="WebApplicationFactory{T}"/>.</summary>
public static class TrustedAppsWebApplicationFactoryExtensions
{
    /// <summary>
    /// Creates a client that makes requests on behalf of a user, as an application that the application under test
    /// trusts. Starts the application. Works in memory and, with <c>UseKestrel</c>, over a socket.
    /// </summary>
    /// <typeparam name="TEntryPoint">A type in the assembly of the application.</typeparam>
    /// <param name="factory">The factory, with AddTrustedAppsTesting in its ConfigureTestServices.</param>
    /// <param name="user">
    /// The user. A request may name another by OnBehalfOf. Null: each request names its user, or OnOwnBehalf.
    /// </param>
    /// <param name="configure">Sets the options of the client.</param>
    /// <returns>The client. Its base address is the base URL of the application. The caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">
    /// AddTrustedAppsTesting was not called, or the options do not fit the application.
    /// </exception>
    /// <example>
    /// <code>
    /// using HttpClient client = factory.CreateTrustedClient("fred", options => options.ApplicationId = "wiki:8731");
    /// string issues = await client.GetStringAsync("rest/api/issues");
    /// </code>
    /// </example>
    public static HttpClient CreateTrustedClient<TEntryPoint>(
        this WebApplicationFactory<TEntryPoint> factory,
        string? user = null,
        Action<TrustedClientOptions>? configure = null)
        where TEntryPoint : class
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TrustedClients.Create(factory.Services, user, configure);
    }

    /// <summary>Ends the trust in an application, as an administrator does it. Its next request is rejected.</summary>
    /// <typeparam name="TEntryPoint">A type in the assembly of the application.</typeparam>
    /// <param name="factory">The factory.</param>
    /// <param name="applicationId">The id.</param>
    /// <param name="authenticationScheme">The name of the scheme; null for the only one, or the default one.</param>
    /// <returns>Whether it was trusted.</returns>
    public static bool RevokeTrust<TEntryPoint>(
        this WebApplicationFactory<TEntryPoint> factory, string applicationId, string? authenticationScheme = null)
        where TEntryPoint : class
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TrustedClients.Revoke(factory.Services, applicationId, authenticationScheme);
    }
}
