using System.Net;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>One attempt to log in with a password. It does not hold the password.</summary>
/// <param name="UserName">The name as typed, known or unknown; its first 1,024 code points.</param>
/// <param name="Address">
/// The address of the connection, or the address that a trusted proxy reports; null where there is none.
/// </param>
/// <param name="Scheme">The name of the scheme.</param>
public readonly record struct LoginAttempt(string UserName, IPAddress? Address, string Scheme)
{
    /// <summary>Returns the attempt, for logs.</summary>
    /// <returns>One line of printable text.</returns>
    public override string ToString() => $"'{LogSanitizer.Sanitize(UserName)}' from {Address} by '{Scheme}'";
}
