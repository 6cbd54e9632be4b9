using System.Collections.Frozen;

namespace TrustedApps;

/// <summary>Resolvers for simple cases.</summary>
/// <example>
/// <code>
/// builder.Services.AddSingleton(UserResolvers.List(["fred", "barney"]));
/// </code>
/// </example>
public static class UserResolvers
{
    /// <summary>Accepts every name as a user who may log in.</summary>
    public static IUserResolver Everyone { get; } = new EveryoneResolver();

    /// <summary>Returns a resolver for a fixed list of users.</summary>
    /// <param name="users">The users; compared exactly.</param>
    /// <param name="denied">The users, from the list or not, who exist and may not log in.</param>
    /// <returns>The resolver.</returns>
    public static IUserResolver List(IEnumerable<string> users, IEnumerable<string>? denied = null)
    {
        ArgumentNullException.ThrowIfNull(users);
        return new ListResolver(
            users.ToFrozenSet(StringComparer.Ordinal),
            (denied ?? []).ToFrozenSet(StringComparer.Ordinal)
        );
    }

    private sealed class EveryoneResolver : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(
            string name,
            string origin,
            CancellationToken cancellationToken
        ) => new(UserResolution.Known(name));
    }

    private sealed class ListResolver(FrozenSet<string> users, FrozenSet<string> denied) : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            if (denied.Contains(name)) return new(UserResolution.Denied);
            return new(
                users.TryGetValue(name, out string? canonical)
                    ? UserResolution.Known(canonical)
                    : UserResolution.Unknown
            );
        }
    }
}
