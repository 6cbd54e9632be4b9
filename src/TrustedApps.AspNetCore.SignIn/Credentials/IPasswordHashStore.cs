using Microsoft.AspNetCore.Identity;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Holds the hashes of passwords, as ASP.NET Core Identity's <see cref="PasswordHasher{TUser}"/> makes them. Register
/// one for all schemes, or keyed by the scheme's name, of any lifetime.
/// </summary>
/// <remarks>
/// The <see cref="IPasswordHasher{TUser}"/> of <see cref="string"/> among the services verifies the hashes: Identity's,
/// unless the application registers another. One hash is verified, whether the account exists or not. An old hash with
/// fewer iterations than new ones takes measurably less time: hash the password again when a user logs in.
/// </remarks>
public interface IPasswordHashStore
{
    /// <summary>Finds the hash of a user's password.</summary>
    /// <param name="userName">The name as typed: 1 to 1,024 code points without control characters.</param>
    /// <param name="cancellationToken">Cancelled when the request ends.</param>
    /// <returns>The hash; null or empty if the user is unknown or has no password.</returns>
    ValueTask<string?> FindHashAsync(string userName, CancellationToken cancellationToken);
}
