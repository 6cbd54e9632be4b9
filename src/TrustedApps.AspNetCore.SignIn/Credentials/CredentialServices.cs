using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Finds the verifier of a scheme's passwords. A service for the scheme takes precedence over one for all schemes.
/// </summary>
internal static class CredentialServices
{
    private const string Missing =
        "it has no verifier of passwords. Register an ICredentialVerifier, or an IPasswordHashStore with hashes of ASP.NET Core Identity's PasswordHasher: services.AddScoped<IPasswordHashStore, ...>(), or keyed by the scheme's name.";

    public static ICredentialVerifier FindVerifier(IServiceProvider services, string scheme) =>
        services.GetKeyedService<ICredentialVerifier>(scheme)
        ?? OfHashes(services, services.GetKeyedService<IPasswordHashStore>(scheme))
        ?? services.GetService<ICredentialVerifier>()
        ?? OfHashes(services, services.GetService<IPasswordHashStore>())
        ?? throw new InvalidOperationException($"Scheme '{scheme}': {Missing}");

    /// <summary>Returns the problem of the registrations at start-up, or null.</summary>
    public static string? FindProblem(IServiceProvider services, string scheme)
    {
        // such a container reports it at the first login
        if (services.GetService<IServiceProviderIsKeyedService>() is not { } known) return null;
        bool isThere =
            known.IsKeyedService(typeof(ICredentialVerifier), scheme)
            || known.IsService(typeof(ICredentialVerifier))
            || known.IsKeyedService(typeof(IPasswordHashStore), scheme)
            || known.IsService(typeof(IPasswordHashStore));
        return isThere ? null : Missing;
    }

    private static HashedCredentialVerifier? OfHashes(IServiceProvider services, IPasswordHashStore? store) =>
        store is null
            ? null
            : new(
                store,
                services.GetRequiredService<IPasswordHasher<string>>(),
                services.GetRequiredService<DummyHash>(),
                services.GetRequiredService<PasswordWork>(),
                services.GetRequiredService<ILogger<HashedCredentialVerifier>>()
            );
}
