using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Finds the user resolver of a scheme, and whether it has to have one.</summary>
internal sealed class UserResolverRegistration(IServiceScopeFactory scopes)
{
    /// <summary>
    /// Returns the resolver of a scheme; null if none is registered, or if its factory returned null.
    /// </summary>
    public static IUserResolver? Find(IServiceProvider services, string scheme)
    {
        IUserResolver? resolver = services.GetKeyedService<IUserResolver>(scheme);
        return resolver is not null || IsRegistered(services, scheme) ? resolver : services.GetService<IUserResolver>();
    }

    /// <summary>
    /// Whether null is no resolver: one is registered, or the scheme is of trusted applications, whose every name
    /// would be a user.
    /// </summary>
    public static bool IsNeeded(IServiceProvider services, string scheme) =>
        IsRegistered(services, scheme)
        || services.GetService<IServiceProviderIsKeyedService>()?.IsService(typeof(IUserResolver)) == true
        || services.GetServices<TrustedAppsScheme>().Any(known => known.Name == scheme);

    /// <summary>
    /// Returns whether the resolver of a scheme is <see cref="UserResolvers.Everyone"/>, however it is registered.
    /// </summary>
    /// <exception cref="InvalidOperationException">The scheme has none, or its factory returns null.</exception>
    public async ValueTask<bool> RequireAsync(string scheme)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        IUserResolver? resolver;
        try
        {
            resolver = Find(scope.ServiceProvider, scheme);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            return false; // such as one that needs a request: each request makes its own, and tells if it cannot
        }

        return resolver is null ? throw None(scheme) : ReferenceEquals(resolver, UserResolvers.Everyone);
    }

    private static bool IsRegistered(IServiceProvider services, string scheme) =>
        services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IUserResolver), scheme) == true;

    private static InvalidOperationException None(string scheme) => new(
        $"Scheme '{scheme}': no IUserResolver is registered, or its factory returned null, so every name that a trusted application sends would be a user. Register the class that finds this application's users: services.AddScoped<IUserResolver, ...>(). If every name is wanted, name that: services.AddSingleton(UserResolvers.Everyone)."
    );
}
