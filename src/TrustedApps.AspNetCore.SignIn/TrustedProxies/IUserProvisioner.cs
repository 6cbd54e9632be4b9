namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// Makes users who are known to the front and not here. Register one, or one keyed by the scheme's name; without any,
/// such users get 403.
/// </summary>
public interface IUserProvisioner
{
    /// <summary>
    /// Makes a user. Called once for a name that is new, however many requests of that user arrive together, in a scope
    /// of its own; other nodes may call theirs meanwhile, so what it writes to needs a rule against two of one name.
    /// </summary>
    /// <param name="user">What the front says. The resolver was just asked for it, and answered that it is unknown.</param>
    /// <param name="cancellationToken">Ends when the application stops, and not when a request does: others wait for it.</param>
    /// <returns>The new user; or unknown or denied, and the request gets 403.</returns>
    ValueTask<UserResolution> ProvisionAsync(TrustedProxyUser user, CancellationToken cancellationToken);
}
