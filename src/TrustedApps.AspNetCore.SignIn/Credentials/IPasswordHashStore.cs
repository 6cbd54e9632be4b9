using Microsoft.AspNetCore.Identity;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Holds the hashes of passwords, as ASP.NET Core Identity's <see cref="PasswordHasher{TUser}"/> makes them. Register
/// one for all schemes, or keyed by the scheme's name, of any lifetime.
/// </summary>
/// <remarks>
/// The <see cref="IPasswordHasher{TUser}"/> of <see cref="string"/> among the services verifies the hashes: Identity's,
/// unless the application registers another. With Identity's formats the work is the same whether the account exists or
/// not, and whatever the format and the iterations of its hash: that of the costliest hash seen in this process. A
/// hasher of the application has to take care of that itself.
/// </remarks>
public interface IPasswordHashStore
{
    /// <summary>Finds the hash of a user's password.</summary>
    /// <param name="userName">The name as typed: 1 to 1,024 code points without control characters.</param>
    /// <param name="cancellationToken">Cancelled when the request ends.</param>
    /// <returns>The hash; null or empty if the user is unknown or has no password.</returns>
    ValueTask<string?> FindHashAsync(string userName, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a new hash of the same password, if the old one is still there. Called after a login with a hash of an
    /// old format or of fewer iterations than new ones have. If it throws, that is logged, and the user is logged in.
    /// </summary>
    /// <param name="userName">The name as typed.</param>
    /// <param name="oldHash">The hash that was found.</param>
    /// <param name="newHash">The hash that replaces it.</param>
    /// <param name="cancellationToken">Cancelled when the request ends.</param>
    /// <returns>A task that completes when the hash is stored. The default implementation stores nothing.</returns>
    ValueTask ReplaceHashAsync(
        string userName,
        string oldHash,
        string newHash,
        CancellationToken cancellationToken
    ) => default;
}
