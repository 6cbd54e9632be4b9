using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Protocols;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Configures a named or typed <see cref="HttpClient"/> to send trusted requests.</summary>
public static class TrustedAppHttpClientBuilderExtensions
{
    /// <summary>
    /// Adds a new assertion to each request of this client, each time that it is sent. It happens below all other
    /// handlers, so handlers that retry may be added before or after. Turns automatic redirects and cookies off. A
    /// client without a BaseAddress gets the base URL of its options, with a slash.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>The options are configured elsewhere, under the client's name.</remarks>
    /// <exception cref="InvalidOperationException">The client has been added already.</exception>
    public static IHttpClientBuilder AddTrustedApp(this IHttpClientBuilder builder) =>
        builder.AddTrustedApp((_, _) => { });

    /// <inheritdoc cref="AddTrustedApp(IHttpClientBuilder)" path="//summary|//returns|//exception"/>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Sets the options.</param>
    public static IHttpClientBuilder AddTrustedApp(
        this IHttpClientBuilder builder,
        Action<TrustedAppClientOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddTrustedApp((options, _) => configure(options));
    }

    /// <inheritdoc cref="AddTrustedApp(IHttpClientBuilder)" path="//summary|//returns|//exception"/>
    /// <param name="builder">The client.</param>
    /// <param name="configuration">
    /// The section with the options, such as <c>Tracker</c>. Read when the host starts. A name that is not a setting is
    /// an error.
    /// </param>
    public static IHttpClientBuilder AddTrustedApp(this IHttpClientBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.AddTrustedApp(configuration, (_, _) => { });
    }

    /// <inheritdoc cref="AddTrustedApp(IHttpClientBuilder)" path="//summary|//returns|//exception"/>
    /// <param name="builder">The client.</param>
    /// <param name="configuration">
    /// The section with the options, such as <c>Tracker</c>. Read when the host starts. A name that is not a setting is
    /// an error.
    /// </param>
    /// <param name="configure">
    /// Sets options after those of the section, with the help of services, such as an accessor of the current user.
    /// </param>
    /// <example>
    /// A web application asks on behalf of the user who is logged in:
    /// <code>
    /// builder.Services.AddHttpContextAccessor();
    /// builder.Services.AddHttpClient("tracker").AddTrustedApp(
    ///     builder.Configuration.GetSection("Tracker"),
    ///     (options, services) => options.CurrentUser = () =>
    ///         services.GetRequiredService&lt;IHttpContextAccessor&gt;().HttpContext?.User.Identity?.Name);
    /// </code>
    /// In appsettings.json:
    /// <code>
    /// "Tracker": {
    ///   "BaseUrl": "https://tracker.example",
    ///   "ProviderFingerprints": [ "gGfS bxJF 5nBo Z35n gTE9 hIX7 CY34 ZEVN qBIs na0w R2A" ],
    ///   "KeyFile": "wiki-keys.json"
    /// }
    /// </code>
    /// </example>
    public static IHttpClientBuilder AddTrustedApp(
        this IHttpClientBuilder builder,
        IConfiguration configuration,
        Action<TrustedAppClientOptions, IServiceProvider> configure
    )
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddTrustedApp((options, services) =>
        {
            ClientConfiguration.Bind(configuration, options);
            configure(options, services);
        });
    }

    /// <inheritdoc cref="AddTrustedApp(IHttpClientBuilder)" path="//summary|//returns|//exception"/>
    /// <param name="builder">The client.</param>
    /// <param name="configure">
    /// Sets the options with the help of services, such as an accessor of the current user.
    /// </param>
    public static IHttpClientBuilder AddTrustedApp(
        this IHttpClientBuilder builder,
        Action<TrustedAppClientOptions, IServiceProvider> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);

        IServiceCollection services = builder.Services;
        RequireFirst(services, builder.Name);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TrustedAppClientOptions>, ClientOptionsValidator>()
        );
        services.AddOptions<TrustedAppClientOptions>(builder.Name).Configure(configure)
            .PostConfigure<IServiceProvider>(FindLegacyProtocol)
            .PostConfigure<IServiceProvider>(ClientConfiguration.MakePathsAbsolute)
            .ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, UnassertedRequestFilter>()
        );
        services.TryAddSingleton<PinnedProviders>();
        services.TryAddSingleton<ClientHealth>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthSource, ClientHealth>(FindHealth));
        services.AddTrustedAppCertificateClient();
        services.AddKeyedSingleton<IIssuerSource>(
            builder.Name,
            (provider, _) => CreateIssuerSource(provider, builder.Name)
        );

        builder.ConfigurePrimaryHttpMessageHandler((handler, _) => MakeSafe(handler));
        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>>(
            provider => new PostConfigureOptions<HttpClientFactoryOptions>(
                builder.Name,
                options =>
                {
                    options.HttpMessageHandlerBuilderActions.Add(handlers =>
                        handlers.AdditionalHandlers.Add(CreateHandler(provider, builder.Name))
                    );
                    options.HttpClientActions.Add(client => SetBaseAddress(provider, builder.Name, client));
                }
            )
        );
        return builder;
    }

    private static void RequireFirst(IServiceCollection services, string name)
    {
        bool isThere = services.Any(service =>
            service.ServiceType == typeof(IIssuerSource) && Equals(service.ServiceKey, name));
        if (!isThere) return;
        throw new InvalidOperationException(
            $"AddTrustedApp is called twice for the client '{name}', so each request would get two assertions. Call it once; for a second provider add a client of another name."
        );
    }

    // Requests relative to an address that is not covered would go out without an assertion.
    private static void SetBaseAddress(IServiceProvider services, string name, HttpClient client)
    {
        var baseUrl = BaseUrl.Parse(OptionsOf(services, name).BaseUrl ?? "");
        client.BaseAddress ??= new Uri($"{baseUrl}/");
        if (baseUrl.Covers(client.BaseAddress)) return;
        throw new InvalidOperationException(
            $"The BaseAddress {client.BaseAddress} of the client '{name}' is not below its BaseUrl {baseUrl}, so requests relative to it would be sent without an assertion. Leave BaseAddress out, or correct BaseUrl."
        );
    }

    private static void FindLegacyProtocol(TrustedAppClientOptions options, IServiceProvider services) =>
        options.LegacyProtocol = services
            .GetServices<LegacyProtocol>()
            .FirstOrDefault(protocol => protocol.Version.Name == options.Version);

    // One for each client, even where the factory replaces its handlers: it holds the session key and the timestamps
    // that must not be used twice. A key file that cannot be used fails here, before the first request.
    private static RotatingIssuerSource CreateIssuerSource(IServiceProvider services, string name)
    {
        TrustedAppClientOptions options = OptionsOf(services, name);
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        KeyFileStore? file = options.KeyFile is null
            ? null
            : new(options.KeyFile, time, services.GetRequiredService<ILogger<KeyFileStore>>());
        file?.Load();
        KeySourceStore? source = options.KeySource is null
            ? null
            : new(options.KeySource, time, services.GetRequiredService<ILogger<KeySourceStore>>());
        source?.Load();
        IKeyStore keys = (IKeyStore?)file ?? source ?? options.KeyStore ?? FindKeys(services, options);
        bool needsCertificate = ProtocolVersion.Parse(options.Version).Traits.NeedsKeyGrant;
        PinnedProvider? provider = needsCertificate ? CreateProvider(services, options, time) : null;
        IDisposable? owned = (IDisposable?)file ?? source;
        var issuers = new RotatingIssuerSource(options, keys, provider, owned, time, FindLogger(services));
        FindHealth(services).Add(name, issuers);
        return issuers;
    }

    private static ClientHealth FindHealth(IServiceProvider services) => services.GetRequiredService<ClientHealth>();

    private static IKeyStore FindKeys(IServiceProvider services, TrustedAppClientOptions options) =>
        options.Keys is null ? services.GetRequiredService<IKeyStore>() : new FixedKeyStore(options.Keys);

    private static PinnedProvider CreateProvider(
        IServiceProvider services,
        TrustedAppClientOptions options,
        TimeProvider time
    )
    {
        bool isConfigured = options.ProviderCertificateFile is not null || options.ProviderFingerprints.Count > 0;
        IProviderStore? store = isConfigured ? null : services.GetRequiredService<IProviderStore>();
        var clientOptions = new CertificateClientOptions
        {
            AllowHttp = options.AllowHttp,
            HttpClientFactory = services.GetRequiredService<IHttpClientFactory>(),
        };
        var client = new CertificateClient(clientOptions, time);
        return new PinnedProvider(
            options,
            store,
            services.GetRequiredService<PinnedProviders>(),
            client,
            time,
            FindLogger(services)
        );
    }

    private static TrustedAppHandler CreateHandler(IServiceProvider services, string name) =>
        new(
            services.GetRequiredKeyedService<IIssuerSource>(name),
            OptionsOf(services, name),
            services.GetRequiredService<TimeProvider>(),
            FindLogger(services)
        );

    private static ILogger<TrustedAppHandler> FindLogger(IServiceProvider services) =>
        services.GetRequiredService<ILogger<TrustedAppHandler>>();

    private static TrustedAppClientOptions OptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<TrustedAppClientOptions>>().Get(name);

    private static void MakeSafe(HttpMessageHandler handler)
    {
        if (handler is SocketsHttpHandler sockets)
        {
            (sockets.AllowAutoRedirect, sockets.UseCookies) = (false, false);
            sockets.RequestHeaderEncodingSelector ??= TrustedAppHandler.EncodingOf;
        }

        if (handler is HttpClientHandler client) (client.AllowAutoRedirect, client.UseCookies) = (false, false);
    }
}
