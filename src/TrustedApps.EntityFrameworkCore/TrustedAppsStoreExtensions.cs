using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.Startup;
using TrustedApps.EntityFrameworkCore.Activity;
using TrustedApps.EntityFrameworkCore.Database;
using TrustedApps.EntityFrameworkCore.Trusts;

namespace TrustedApps.EntityFrameworkCore;

/// <summary>Gives an application a store that lasts.</summary>
public static class TrustedAppsStoreExtensions
{
    /// <summary>
    /// Keeps the trusts of a scheme in a database, beside those of its configuration; with PostgreSQL the replay memory,
    /// too, for several nodes; with <see cref="TrustedAppsStoreOptions.KeyFolder"/> this application's own keys as well.
    /// One store serves one scheme of a host.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="authenticationScheme">The scheme.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">An option is missing or outside its range; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The host has a store already.</exception>
    public static AuthenticationBuilder AddTrustedAppsStore(
        this AuthenticationBuilder builder, Action<TrustedAppsStoreOptions> configure, string authenticationScheme = TrustedAppsDefaults.AuthenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TrustedAppsStoreOptions();
        configure(options);
        options.Require();

        IServiceCollection services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(TrustedAppsStore))) throw new InvalidOperationException("The host has a trusted-application store already.");

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(_ => StoreDatabase.Of(options.Connection!));
        services.AddSingleton(provider => new TrustImage(provider.GetRequiredService<StoreDatabase>(), TimeOf(provider), LoggerOf(provider)));
        services.AddSingleton(provider => new StoreWriter(provider.GetRequiredService<StoreDatabase>()) { Committed = provider.GetRequiredService<TrustImage>().RefreshAsync });
        services.AddSingleton(provider => new TrustedAppsStore(
            provider.GetRequiredService<StoreDatabase>(), provider.GetRequiredService<StoreWriter>(), TimeOf(provider),
            id => provider.GetRequiredService<TrustedAppsProviders>().Get(authenticationScheme).Configured.Find(id) is not null));
        services.AddSingleton(provider => provider.GetRequiredService<TrustedAppsStore>().Trusts);
        services.AddSingleton(provider => provider.GetRequiredService<TrustedAppsStore>().Providers);
        services.AddSingleton(provider => provider.GetRequiredService<TrustedAppsStore>().Reports);
        services.AddKeyedSingleton<ITrustStore, DatabaseTrustStore>(authenticationScheme, (provider, _) => new DatabaseTrustStore(
            provider.GetRequiredService<StoreDatabase>(), provider.GetRequiredService<TrustImage>(), options));
        services.AddSingleton<RequestRecorder>();
        services.AddSingleton<ITrustedRequestObserver>(provider => provider.GetRequiredService<RequestRecorder>());
        services.AddSingleton<IHostedService, TrustRefresh>();
        services.AddSingleton<IHostedService, ActivityWriter>();
        return builder;
    }

    private static TimeProvider TimeOf(IServiceProvider services) => services.GetRequiredService<TimeProvider>();

    private static ILogger LoggerOf(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger<TrustedAppsStore>();
}
