using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.Client;
using TrustedApps.Keys;
using TrustedApps.Replay;
using TrustedApps.Testing;
using TrustedApps.Testing.Hosting;
using TrustedApps.Testing.Hosting.Marks;
using TrustedApps.Testing.Keys;
using TrustedApps.Testing.Peers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Prepares an application for its tests.</summary>
public static class TrustedAppsTestingServiceCollectionExtensions
{
    /// <summary>
    /// Lets an application start in a test without its key file, without the certificates of other applications and
    /// without waiting. Requests are still verified as in production. Call it last: in <c>ConfigureTestServices</c>, or
    /// after AddTrustedApps where the test builds the host itself.
    /// </summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item>Own keys are throw-away keys, made once in the process, whatever Keys or a registered
    /// <see cref="IKeyStore"/> says. So are those of the application's trusted clients.</item>
    /// <item>Trusts of the configuration are not in force, except those with a PublicKey. Tests make trusts with
    /// CreateTrustedClient, also under the conditions of the configuration
    /// (<see cref="TrustedClientOptions.ConditionsFrom"/>). Trusts of a store stay.</item>
    /// <item>The replay cache is in memory and ready at once.</item>
    /// <item>A request in memory has the address 127.0.0.1.</item>
    /// </list>
    /// The host logs a warning. It starts only in the environment Development, in one whose name begins with Test, and
    /// in
    /// those of <paramref name="allowedEnvironments"/>. The default of a host outside of
    /// <see cref="WebApplicationFactory{TEntryPoint}"/> is Production. Services without a host take the environment
    /// variables ASPNETCORE_ENVIRONMENT and DOTNET_ENVIRONMENT for it, where they are set.
    /// <para>May be called again, after further services were added: it replaces those as well.</para>
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="allowedEnvironments">More environments that serve tests alone, in any case; null for none.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="allowedEnvironments"/> has an empty name, or Production.
    /// </exception>
    /// <example>
    /// <code>
    /// var factory = new WebApplicationFactory&lt;Program&gt;().WithWebHostBuilder(builder =>
    ///     builder.ConfigureTestServices(services => services.AddTrustedAppsTesting()));
    /// using HttpClient client = factory.CreateTrustedClient("fred");
    /// </code>
    /// </example>
    public static IServiceCollection AddTrustedAppsTesting(
        this IServiceCollection services, IEnumerable<string>? allowedEnvironments = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(ToAllowed(allowedEnvironments));
        if (!services.Any(service => service.ServiceType == typeof(TestHost)))
        {
            services.AddSingleton<TestHost>();
            services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TestingStartup>());
            services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, MarkedRequestStartupFilter>());
        }

        // The last call has the last word, also on what was added since the one before.
        services.AddLast<IPostConfigureOptions<TrustedAppsOptions>, ProviderOptionsSetup>();
        services.AddLast<IPostConfigureOptions<TrustedAppClientOptions>, ClientOptionsSetup>();
        services.ReplaceKeyed<IKeyStore>(CreateKeys);
        if (services.Any(service => !service.IsKeyedService && service.ServiceType == typeof(IKeyStore)))
        {
            services.RemoveAll<IKeyStore>();
            services.AddSingleton<IKeyStore>(CreateSharedKeys);
        }

        services.RemoveAll<IReplayCache>();
        services.AddSingleton<IReplayCache>(provider =>
            new MarkedReplayCache(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        return services;
    }

    /// <summary>
    /// Sends the trusted requests of an application to a stand-in for its provider. Calls
    /// <see cref="AddTrustedAppsTesting"/>.
    /// </summary>
    /// <param name="services">The services of the consumer.</param>
    /// <param name="provider">
    /// The stand-in. It answers the clients with its <see cref="TrustedAppsTestProvider.BaseUrl"/>, or, without one,
    /// all that no other test provider answers.
    /// </param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTrustedAppsTestProvider(
        this IServiceCollection services, TrustedAppsTestProvider provider)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(provider);
        return services.AddPeer(provider.Peer);
    }

    /// <summary>
    /// Sends the trusted requests of an application to another application, which runs in the same process. Calls
    /// <see cref="AddTrustedAppsTesting"/>; the other application must call it, too.
    /// </summary>
    /// <typeparam name="TEntryPoint">A type in the assembly of the provider.</typeparam>
    /// <param name="services">The services of the consumer.</param>
    /// <param name="provider">The provider. It answers all clients that no other test provider answers.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTrustedAppsTestProvider<TEntryPoint>(
        this IServiceCollection services, WebApplicationFactory<TEntryPoint> provider)
        where TEntryPoint : class => services.AddTrustedAppsTestProvider(provider, baseUrl: null, conditions: null);

    /// <summary>
    /// Sends the trusted requests of an application to another application, which runs in the same process. Calls
    /// <see cref="AddTrustedAppsTesting"/>; the other application must call it, too.
    /// </summary>
    /// <typeparam name="TEntryPoint">A type in the assembly of the provider.</typeparam>
    /// <param name="services">The services of the consumer.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="baseUrl">
    /// The base URL of the clients that it answers; null for all that no other test provider answers.
    /// </param>
    /// <param name="conditions">The conditions of the trust; null to allow everything but scopes.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTrustedAppsTestProvider<TEntryPoint>(
        this IServiceCollection services,
        WebApplicationFactory<TEntryPoint> provider,
        string? baseUrl,
        TrustConditions? conditions)
        where TEntryPoint : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(provider);
        return services.AddPeer(new HostPeer(() => provider.Services, baseUrl, conditions));
    }

    /// <summary>
    /// Sends the trusted requests of an application to another application, which runs in the same process. Calls
    /// <see cref="AddTrustedAppsTesting"/>; the other application must call it, too.
    /// </summary>
    /// <param name="services">The services of the consumer.</param>
    /// <param name="provider">
    /// The provider, started. It answers all clients that no other test provider answers.
    /// </param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTrustedAppsTestProvider(this IServiceCollection services, IHost provider) =>
        services.AddTrustedAppsTestProvider(provider, baseUrl: null, conditions: null);

    /// <summary>
    /// Sends the trusted requests of an application to another application, which runs in the same process. Calls
    /// <see cref="AddTrustedAppsTesting"/>; the other application must call it, too.
    /// </summary>
    /// <param name="services">The services of the consumer.</param>
    /// <param name="provider">The provider, started.</param>
    /// <param name="baseUrl">
    /// The base URL of the clients that it answers; null for all that no other test provider answers.
    /// </param>
    /// <param name="conditions">The conditions of the trust; null to allow everything but scopes.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTrustedAppsTestProvider(
        this IServiceCollection services, IHost provider, string? baseUrl, TrustConditions? conditions)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(provider);
        return services.AddPeer(new HostPeer(() => provider.Services, baseUrl, conditions));
    }

    private static IServiceCollection AddPeer(this IServiceCollection services, TestPeer peer)
    {
        services.AddTrustedAppsTesting();
        services.AddSingleton(peer);
        services.AddLast<Http.IHttpMessageHandlerBuilderFilter, PeerHandlerFilter>();
        services.Decorate<IProviderStore>((provider, own) =>
            new PeerProviderStore(provider.GetServices<TestPeer>(), provider, own));
        return services;
    }

    private static AllowedEnvironments ToAllowed(IEnumerable<string>? names)
    {
        string[] allowed = [.. names ?? []];
        if (Array.Exists(allowed, name => string.IsNullOrEmpty(name) || TestEnvironment.IsProduction(name)))
        {
            throw new ArgumentException(
                "An environment that serves tests has a name, and it is not Production, which is the default of every host. Run the tests in another, such as Testing.",
                nameof(names));
        }

        return new AllowedEnvironments(allowed);
    }

    private static ThrowAwayKeyStore CreateKeys(IServiceProvider services, object? scheme)
    {
        TestHost host = services.GetRequiredService<TestHost>();
        string id = scheme is string name && host.FindSchemes().Contains(name, StringComparer.Ordinal)
            ? host.GetScheme(name).Options.Id ?? host.DefaultId
            : host.DefaultId;
        return new(ThrowAwayKeys.Of(id, host.Time.GetUtcNow()));
    }

    // Those of the application's scheme: it has one id.
    private static IKeyStore CreateSharedKeys(IServiceProvider services) =>
        services.GetRequiredService<TestHost>().FindSchemes().FirstOrDefault() is { } scheme
            ? services.GetRequiredKeyedService<IKeyStore>(scheme)
            : CreateKeys(services, scheme: null);
}
