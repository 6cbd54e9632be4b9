using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.SignIn.TokenMirror;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the token mirror: a second path to an API, open only to requests with a token.</summary>
public static class TokenMirrorExtensions
{
    private static readonly object _innerKey = new(); // of the authentication service that the mirror wraps

    /// <summary>
    /// Adds the services of UseTokenMirror. It wraps the authentication service that is registered at this point: call
    /// it after code that replaces that service. A second call sets further options of the same mirror.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configure">Sets the options, which are validated at start-up.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTokenMirror(
        this AuthenticationBuilder builder,
        Action<TokenMirrorOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);

        IServiceCollection services = builder.Services;
        services.AddOptions<TokenMirrorOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TokenMirrorOptions>, MirrorOptionsValidator>()
        );
        services.TryAddSingleton<RejectionLog>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, MirrorResponseStartupFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ShortCircuitPolicy>());
        if (services.Any(service => service.ServiceType == typeof(MirrorRules))) return builder;

        services.AddSingleton(static provider => new MirrorRules(
            provider.GetRequiredService<IOptions<TokenMirrorOptions>>().Value
        ));
        WrapAuthentication(services);
        return builder;
    }

    private static void WrapAuthentication(IServiceCollection services)
    {
        ServiceDescriptor inner = services.Last(service =>
            service.ServiceType == typeof(IAuthenticationService) && !service.IsKeyedService
        );
        services.Remove(inner);
        services.Add(WithKey(inner));
        services.Add(
            new ServiceDescriptor(
                typeof(IAuthenticationService),
                static provider => new MirrorAuthenticationService(
                    provider.GetRequiredKeyedService<IAuthenticationService>(_innerKey)
                ),
                inner.Lifetime
            )
        );
    }

    private static ServiceDescriptor WithKey(ServiceDescriptor inner)
    {
        if (inner.ImplementationInstance is { } instance)
        {
            return new ServiceDescriptor(typeof(IAuthenticationService), _innerKey, instance);
        }

        if (inner.ImplementationFactory is { } make)
        {
            return new ServiceDescriptor(
                typeof(IAuthenticationService),
                _innerKey,
                (provider, _) => make(provider),
                inner.Lifetime
            );
        }

        return new ServiceDescriptor(
            typeof(IAuthenticationService),
            _innerKey,
            inner.ImplementationType!,
            inner.Lifetime
        );
    }
}
