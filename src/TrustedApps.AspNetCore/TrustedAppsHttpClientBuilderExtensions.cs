using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Delegation;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Options of trusted clients in an application that is also a provider.</summary>
public static class TrustedAppsHttpClientBuilderExtensions
{
    /// <summary>
    /// Tells the provider which applications asked for the request: while a trusted request is being served, each
    /// request of the client names the application that made it, and those that it names itself. Without this, nothing
    /// is passed on. The user is not: say <c>OnBehalfOf</c>, or set
    /// <see cref="TrustedAppClientOptions.CurrentUser"/>. Nor are scopes. Version 4 only; the provider's trust must set
    /// AllowDelegation.
    /// </summary>
    /// <remarks>
    /// A request throws <see cref="InvalidOperationException"/> if it is on behalf of another user than the one being
    /// served, if an application would be in the chain twice, or if the chain would have more than 3 applications. A
    /// request names no application if no trusted request is being served, such as in a background service, and if the
    /// application acts as itself. <c>PassedOnBy</c> on a request takes the place of the chain.
    /// </remarks>
    /// <param name="builder">The client, after AddTrustedApp.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">AddTrustedApp was not called for this client before.</exception>
    public static IHttpClientBuilder ForwardDelegation(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        if (!services.Any(service => IsOfAddTrustedApp(service, builder.Name)))
        {
            throw new InvalidOperationException(
                $"ForwardDelegation has no effect on the client '{builder.Name}', because its requests are not trusted ones. Call AddTrustedApp first.");
        }

        services.AddHttpContextAccessor();
        services.TryAddSingleton<TrustedAppsProviders>();
        services.TryAddSingleton<ForwardedChain>();
        services
            .AddOptions<TrustedAppClientOptions>(builder.Name)
            .PostConfigure<ForwardedChain>((options, chain) =>
            {
                Func<string, IReadOnlyList<string>> find = chain.Find;
                if (options.CurrentActors is { } other && other != find)
                {
                    throw new InvalidOperationException(
                        $"The client '{builder.Name}' has both ForwardDelegation and CurrentActors. Both say which applications asked for a request: remove one of them.");
                }

                options.CurrentActors = find; // again the same, if ForwardDelegation is called twice
            });
        return builder;
    }

    // It registers what makes the client's assertions, under the client's name.
    private static bool IsOfAddTrustedApp(ServiceDescriptor service, string client) =>
        service.IsKeyedService
        && client.Equals(service.ServiceKey)
        && service.ServiceType.Assembly == typeof(TrustedAppClientOptions).Assembly;
}
