using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.Client;
using TrustedApps.Keys;
using TrustedApps.Protocols;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes a named or typed <see cref="HttpClient"/> send trusted requests.</summary>
public static class TrustedAppHttpClientBuilderExtensions
{
    /// <summary>
    /// Puts a new assertion on each request of this client, each time it is sent: handlers that retry may be added
    /// before or after, the assertion is made below them. Turns automatic redirects and cookies off.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Sets the options; may be left out when they are configured elsewhere under the client's name.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddTrustedApp(this IHttpClientBuilder builder, Action<TrustedAppClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddTrustedApp((options, _) => configure?.Invoke(options));
    }

    /// <inheritdoc cref="AddTrustedApp(IHttpClientBuilder, Action{TrustedAppClientOptions})"/>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Sets the options, with services at hand, such as an accessor of the current user.</param>
    public static IHttpClientBuilder AddTrustedApp(this IHttpClientBuilder builder, Action<TrustedAppClientOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);

        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TrustedAppClientOptions>, ClientOptionsValidator>());
        services.AddOptions<TrustedAppClientOptions>(builder.Name).Configure(configure)
            .PostConfigure<IServiceProvider>(FindLegacyProtocol).ValidateOnStart();
        services.TryAddSingleton<PinnedProviders>();
        services.AddKeyedSingleton(builder.Name, (provider, _) => CreateProvider(provider, builder.Name));

        builder.ConfigurePrimaryHttpMessageHandler((handler, _) => MakeSafe(handler));
        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>>(provider => new PostConfigureOptions<HttpClientFactoryOptions>(
            builder.Name,
            options => options.HttpMessageHandlerBuilderActions.Add(handlers => handlers.AdditionalHandlers.Add(CreateHandler(provider, builder.Name)))));
        return builder;
    }

    private static void FindLegacyProtocol(TrustedAppClientOptions options, IServiceProvider services) =>
        options.LegacyProtocol = services.GetServices<LegacyProtocol>().FirstOrDefault(protocol => protocol.Version.Name == options.Version);

    // One for each client, whatever the factory does with its handlers: it keeps session keys, and stamps from being used
    // twice. A key file that cannot be used is noticed here already.
    private static PinnedProvider CreateProvider(IServiceProvider services, string name)
    {
        TrustedAppClientOptions options = OptionsOf(services, name);
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        KeyFileStore? file = options.KeyFile is null ? null : new(options.KeyFile, time, services.GetRequiredService<ILogger<KeyFileStore>>());
        file?.Load();
        IKeyStore keys = file ?? options.KeyStore ?? (options.Keys is null ? services.GetRequiredService<IKeyStore>() : new FixedKeys(options.Keys));
        IProviderStore? store = options.ProviderCertificateFile is null && options.ProviderFingerprints.Count == 0 ? services.GetService<IProviderStore>() : null;
        return new PinnedProvider(options, keys, file, services.GetRequiredService<PinnedProviders>(), store, time, FindLogger(services));
    }

    private static TrustedAppHandler CreateHandler(IServiceProvider services, string name) => new(
        services.GetRequiredKeyedService<PinnedProvider>(name), OptionsOf(services, name), services.GetRequiredService<TimeProvider>(), FindLogger(services));

    private static ILogger<TrustedAppHandler> FindLogger(IServiceProvider services) => services.GetRequiredService<ILogger<TrustedAppHandler>>();

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
