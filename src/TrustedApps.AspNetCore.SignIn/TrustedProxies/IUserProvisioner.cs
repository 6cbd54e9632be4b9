namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// Creates users whom the trusted proxy authenticates and this application does not have yet. Register one for all
/// schemes, or one keyed by the scheme's name. Without one, such users get 403.
/// </summary>
public interface IUserProvisioner
{
    /// <summary>
    /// Creates a user. Called once for a new name, even if several requests of that user arrive at once, in a service
    /// scope of its own. Other nodes may call theirs at the same time, so the store of users must reject a second user
    /// of the same name.
    /// </summary>
    /// <param name="user">
    /// The user as the trusted proxy describes it. The user resolver has just reported it as unknown.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancelled when the application stops, and not when a request ends: other requests wait for the outcome.
    /// </param>
    /// <returns>
    /// The new user. If unknown or denied, the request gets 403; if unavailable, and after an exception, 503 where it
    /// needs a user.
    /// </returns>
    ValueTask<UserResolution> ProvisionAsync(TrustedProxyUser user, CancellationToken cancellationToken);
}
