using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace TrustedApps.Testing.Hosting;

/// <summary>Replaces services of the application under test.</summary>
internal static class ServiceReplacement
{
    /// <summary>Replaces a service under each key under which the application has registered it.</summary>
    public static void ReplaceKeyed<TService>(
        this IServiceCollection services, Func<IServiceProvider, object?, TService> create)
        where TService : class
    {
        ServiceDescriptor[] found =
            [.. services.Where(service => service.IsKeyedService && service.ServiceType == typeof(TService))];
        foreach (ServiceDescriptor service in found) services.Remove(service);
        foreach (object? key in found.Select(service => service.ServiceKey).Distinct())
        {
            services.AddKeyedSingleton(key, create);
        }
    }

    /// <summary>Adds an implementation as the last one, also if it was added before.</summary>
    public static void AddLast<TService, TImplementation>(this IServiceCollection services)
        where TService : class
        where TImplementation : class, TService
    {
        ServiceDescriptor[] earlier =
        [
            .. services.Where(service =>
                !service.IsKeyedService && service.ImplementationType == typeof(TImplementation)),
        ];
        foreach (ServiceDescriptor service in earlier) services.Remove(service);
        services.AddSingleton<TService, TImplementation>();
    }

    /// <summary>Replaces a singleton service by one that is made of the application's own, if it has one.</summary>
    public static void Decorate<TService>(
        this IServiceCollection services, Func<IServiceProvider, TService?, TService> create)
        where TService : class
    {
        ServiceDescriptor? own = services.LastOrDefault(service =>
            !service.IsKeyedService && service.ServiceType == typeof(TService));
        services.RemoveAll<TService>();
        services.AddSingleton(provider => create(provider, own is null ? null : Create<TService>(own, provider)));
    }

    private static TService Create<TService>(ServiceDescriptor service, IServiceProvider services) => (TService)(
        service.ImplementationInstance
        ?? service.ImplementationFactory?.Invoke(services)
        ?? ActivatorUtilities.CreateInstance(services, service.ImplementationType!));
}
