using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Who checks the passwords of a scheme: what is registered for the scheme goes before what is for all.</summary>
internal static class CredentialServices
{
    private const string Missing = "nobody checks its passwords. Register an ICredentialVerifier, or an IPasswordHashStore with hashes of ASP.NET Core Identity's PasswordHasher: services.AddScoped<IPasswordHashStore, ...>(), or keyed by the scheme's name.";

    public static ICredentialVerifier FindVerifier(IServiceProvider services, string scheme) =>
        services.GetKeyedService<ICredentialVerifier>(scheme)
        ?? OfHashes(services, services.GetKeyedService<IPasswordHashStore>(scheme))
        ?? services.GetService<ICredentialVerifier>()
        ?? OfHashes(services, services.GetService<IPasswordHashStore>())
        ?? throw new InvalidOperationException($"Scheme '{scheme}': {Missing}");

    /// <summary>What is wrong with the registrations, at start-up.</summary>
    public static string? FindProblem(IServiceProvider services, string scheme)
    {
        if (services.GetService<IServiceProviderIsKeyedService>() is not { } known) return null; // such a container is asked at the first login
        bool isThere = known.IsKeyedService(typeof(ICredentialVerifier), scheme) || known.IsService(typeof(ICredentialVerifier))
            || known.IsKeyedService(typeof(IPasswordHashStore), scheme) || known.IsService(typeof(IPasswordHashStore));
        return isThere ? null : Missing;
    }

    private static HashedCredentialVerifier? OfHashes(IServiceProvider services, IPasswordHashStore? store) => store is null
        ? null
        : new(store, services.GetRequiredService<IPasswordHasher<string>>(), services.GetRequiredService<DummyHash>());
}
