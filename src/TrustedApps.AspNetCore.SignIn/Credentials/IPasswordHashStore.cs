using Microsoft.AspNetCore.Identity;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Where an application keeps the hashes of passwords, as ASP.NET Core Identity's <see cref="PasswordHasher{TUser}"/>
/// makes them. Found in the services of the request, keyed by the scheme's name or not.
/// </summary>
/// <remarks>
/// Hashes are verified by the <see cref="IPasswordHasher{TUser}"/> of <see cref="string"/> in the services: Identity's,
/// unless the application registers another. One hash is verified whether the account exists or not. An old hash that
/// was made with fewer iterations than new ones are takes less time, which can be measured: hash again when users log in.
/// </remarks>
public interface IPasswordHashStore
{
    /// <summary>Finds the hash of a user's password.</summary>
    /// <param name="userName">As it was typed: 1 to 1,024 code points without control characters.</param>
    /// <param name="cancellationToken">Ends when the request does.</param>
    /// <returns>The hash; null or empty when there is no such user, or the user has no password.</returns>
    ValueTask<string?> FindHashAsync(string userName, CancellationToken cancellationToken);
}
