namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Stops the guessing of passwords. The default counts failures in the memory of this process (see
/// <see cref="LoginGuardOptions"/>); an application that runs on several hosts, or asks for a CAPTCHA, registers its own.
/// </summary>
/// <remarks>Each attempt that is allowed is ended by one of the three other methods, and no password is looked at before it is allowed.</remarks>
public interface ILoginGuard
{
    /// <summary>Asks whether a password may be looked at. An attempt counts from here on, or many at once would slip through.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="cancellationToken">Ends when the request does.</param>
    /// <returns>Whether it may; else the attempt is refused as <see cref="RejectionCodes.LockedOut"/>.</returns>
    ValueTask<bool> AllowsAsync(LoginAttempt attempt, CancellationToken cancellationToken);

    /// <summary>The attempt failed: another password, no such user, or a user who may not log in; or the client hung up before the answer.</summary>
    /// <param name="attempt">The attempt that was allowed.</param>
    /// <param name="cancellationToken">Not the request's: a client that hangs up does not stop the counting.</param>
    /// <returns>When it is noted.</returns>
    ValueTask OnFailureAsync(LoginAttempt attempt, CancellationToken cancellationToken);

    /// <summary>The user is logged in.</summary>
    /// <param name="attempt">The attempt that was allowed.</param>
    /// <param name="cancellationToken">Not the request's.</param>
    /// <returns>When it is noted.</returns>
    ValueTask OnSuccessAsync(LoginAttempt attempt, CancellationToken cancellationToken);

    /// <summary>Nobody knows whether the password was right, such as when the directory did not answer: the attempt does not count.</summary>
    /// <param name="attempt">The attempt that was allowed.</param>
    /// <param name="cancellationToken">Not the request's.</param>
    /// <returns>When it is noted.</returns>
    ValueTask OnAbandonedAsync(LoginAttempt attempt, CancellationToken cancellationToken);
}
