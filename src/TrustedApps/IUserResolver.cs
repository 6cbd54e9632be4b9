namespace TrustedApps;

/// <summary>Finds the provider's user for a verified name, from a trusted application or from another scheme.</summary>
public interface IUserResolver
{
    /// <summary>Finds the user. Called after every other check has passed. May query a database.</summary>
    /// <param name="name">
    /// The name exactly as the consumer sent it: 1 to 1,024 code points without control characters.
    /// </param>
    /// <param name="origin">
    /// The origin of the name: the trusted application's id, or the name of another scheme of TrustedApps.AspNetCore.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the request is aborted.</param>
    /// <returns>The user, or the result that there is none or that the user may not log in.</returns>
    ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken);
}
