namespace TrustedApps;

/// <summary>
/// Finds the provider's user for a name that was proven: by a trusted application, or by another scheme that asks.
/// </summary>
public interface IUserResolver
{
    /// <summary>Finds the user. Called after every other check has passed; may look into a database.</summary>
    /// <param name="name">
    /// The name exactly as the consumer sent it: 1 to 1,024 code points without control characters.
    /// </param>
    /// <param name="origin">
    /// Where the name comes from: the trusted application's id; or of the other schemes in TrustedApps.AspNetCore the
    /// scheme's name.
    /// </param>
    /// <param name="cancellationToken">Ends when the request does.</param>
    /// <returns>The user, or that there is none, or that the user may not log in.</returns>
    ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken);
}
