namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Stops the guessing of passwords. The default counts failures in the memory of this process (see
/// <see cref="LoginGuardOptions"/>). An application on several hosts, or with a CAPTCHA, registers its own.
/// </summary>
/// <remarks>
/// No password is verified before its attempt is permitted. One of the three other methods ends each attempt that is
/// not refused at once.
/// </remarks>
public interface ILoginGuard
{
    /// <summary>
    /// Returns whether the password may be verified. The attempt counts from now on, so that simultaneous attempts
    /// count as well.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="cancellationToken">Cancelled when the request ends.</param>
    /// <returns>Whether it may.</returns>
    ValueTask<LoginVerdict> PermitAsync(LoginAttempt attempt, CancellationToken cancellationToken);

    /// <summary>
    /// Called when the attempt failed: a wrong password, an unknown user, a user who may not log in, or a client that
    /// closed the connection before the answer.
    /// </summary>
    /// <param name="attempt">The attempt that was allowed.</param>
    /// <param name="cancellationToken">
    /// Not the request's: a client that closes the connection must not stop the counting.
    /// </param>
    /// <returns>A task that completes when the attempt has ended.</returns>
    ValueTask OnFailureAsync(LoginAttempt attempt, CancellationToken cancellationToken);

    /// <summary>Called when the user is logged in.</summary>
    /// <param name="attempt">The attempt that was allowed.</param>
    /// <param name="cancellationToken">Not the request's.</param>
    /// <returns>A task that completes when the attempt has ended.</returns>
    ValueTask OnSuccessAsync(LoginAttempt attempt, CancellationToken cancellationToken);

    /// <summary>
    /// Called when it is unknown whether the password is right, such as when the directory did not answer: the attempt
    /// does not count.
    /// </summary>
    /// <param name="attempt">The attempt that was allowed.</param>
    /// <param name="cancellationToken">Not the request's.</param>
    /// <returns>A task that completes when the attempt has ended.</returns>
    ValueTask OnAbandonedAsync(LoginAttempt attempt, CancellationToken cancellationToken);
}
