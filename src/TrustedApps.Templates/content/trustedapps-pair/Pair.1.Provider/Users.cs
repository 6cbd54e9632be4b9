using TrustedApps;

namespace Pair._1.Provider;

/// <summary>
/// Finds the user whom a trusted application names in a request. Replace the list by the users of your application,
/// such as those of ASP.NET Core Identity: this class can take services in its constructor.
/// </summary>
internal sealed class Users : IUserResolver
{
    private static readonly string[] _users = ["fred", "barney"];

    public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
    {
        // Return the name under which the user is stored, not the one that was sent.
        string? stored = Array.Find(_users, user => user == name);
        return new(stored is null ? UserResolution.Unknown : UserResolution.Known(stored));
    }
}
