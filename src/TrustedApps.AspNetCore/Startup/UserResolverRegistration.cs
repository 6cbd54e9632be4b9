using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Finds out which user resolver a scheme has, without making one.</summary>
internal sealed class UserResolverRegistration(IServiceCollection registered, IServiceProvider services)
{
    /// <exception cref="InvalidOperationException">The scheme has none.</exception>
    public void Require(string scheme)
    {
        bool isThere =
            services.GetService<IServiceProviderIsKeyedService>() is not { } known // such a container cannot tell
            || known.IsService(typeof(IUserResolver))
            || known.IsKeyedService(typeof(IUserResolver), scheme);
        if (isThere) return;

        throw new InvalidOperationException(
            $"Scheme '{scheme}': no IUserResolver is registered, so every name that a trusted application sends would be a user. Register the class that finds this application's users: services.AddScoped<IUserResolver, ...>(). If every name is wanted, name that: services.AddSingleton(UserResolvers.Everyone)."
        );
    }

    /// <summary>Whether the resolver of a scheme is <see cref="UserResolvers.Everyone"/>, as an instance.</summary>
    public bool IsEveryone(string scheme)
    {
        ServiceDescriptor[] resolvers = [.. registered.Where(service => service.ServiceType == typeof(IUserResolver))];
        ServiceDescriptor? resolver =
            Array.FindLast(resolvers, service => scheme.Equals(service.ServiceKey))
            ?? Array.FindLast(resolvers, service => !service.IsKeyedService);
        object? instance = resolver is { IsKeyedService: true }
            ? resolver.KeyedImplementationInstance
            : resolver?.ImplementationInstance;
        return ReferenceEquals(instance, UserResolvers.Everyone);
    }
}
