namespace TrustedApps;

/// <summary>Finds the provider's user for a verified name, from a trusted application or from another scheme.</summary>
/// <remarks>
/// Return the name under which the user is stored (<see cref="UserResolution.Known"/>), not the one that was sent.
/// Databases often compare without case or accents: a look-up of "Admin" may find "admin". A trust's user lists are
/// applied to both names, so that only the stored name makes sure that a denied user stays denied.
/// </remarks>
/// <example>
/// <code>
/// internal sealed class Users(UserManager&lt;IdentityUser&gt; users) : IUserResolver
/// {
///     public async ValueTask&lt;UserResolution&gt; ResolveAsync(
///         string name, string origin, CancellationToken cancellationToken)
///     {
///         IdentityUser? user = await users.FindByNameAsync(name);
///         if (user?.UserName is null) return UserResolution.Unknown;
///         return await users.IsLockedOutAsync(user) ? UserResolution.Denied : UserResolution.Known(user.UserName);
///     }
/// }
/// </code>
/// </example>
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
    /// <returns>
    /// The user, or the result that there is none, that the user may not log in, or that it is not known now
    /// (<see cref="UserResolution.Unavailable"/>). In ASP.NET Core an exception has the effect of the last, and is
    /// logged.
    /// </returns>
    ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken);
}
