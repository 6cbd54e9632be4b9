namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Checks a user name and password, such as against a directory. Found in the services of the request, keyed by the
/// scheme's name or not; an application that stores hashes registers an <see cref="IPasswordHashStore"/> instead.
/// </summary>
/// <remarks>
/// Called only for attempts that the <see cref="ILoginGuard"/> allows. It should take as long for a user who does not
/// exist as for a wrong password: the difference tells strangers who has an account. An exception is no answer: the
/// request fails, and the attempt does not count against the account.
/// </remarks>
public interface ICredentialVerifier
{
    /// <summary>Checks a user name and password.</summary>
    /// <param name="userName">As it was typed: 1 to 1,024 code points without control characters.</param>
    /// <param name="password">As it was typed: 1 to 1,024 bytes of UTF-8 without control characters; never empty, which directories take for an anonymous bind that succeeds.</param>
    /// <param name="cancellationToken">Ends when the request does.</param>
    /// <returns>Whether the password is this user's.</returns>
    ValueTask<bool> VerifyAsync(string userName, string password, CancellationToken cancellationToken);
}
