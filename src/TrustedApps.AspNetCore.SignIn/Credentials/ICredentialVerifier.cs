namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Verifies user names and passwords, such as against a directory. Register one for all schemes, or keyed by the
/// scheme's name, of any lifetime. An application that stores hashes registers an <see cref="IPasswordHashStore"/>
/// instead.
/// </summary>
/// <remarks>
/// Called only for attempts that the <see cref="ILoginGuard"/> allows. An unknown user should take as long as a wrong
/// password: a difference reveals which accounts exist. After an exception, such as when the directory is down, the
/// request is answered with 503 where it needs a user, and the attempt does not count against the account.
/// </remarks>
public interface ICredentialVerifier
{
    /// <summary>Verifies a user name and password.</summary>
    /// <param name="userName">The name as typed: 1 to 1,024 code points without control characters.</param>
    /// <param name="password">
    /// The password as typed: 1 to 1,024 bytes of UTF-8 without control characters. Never empty: directories treat an
    /// empty password as an anonymous bind, which succeeds.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the request ends.</param>
    /// <returns>Whether the user exists and the password is right.</returns>
    ValueTask<bool> VerifyAsync(string userName, string password, CancellationToken cancellationToken);
}
