using System.Security.Claims;

namespace TrustedApps;

/// <summary>The result of looking up a user name. The default value is an unknown user.</summary>
public readonly struct UserResolution : IEquatable<UserResolution>
{
    private UserResolution(UserStatus status, string? name, ClaimsIdentity? identity) =>
        (Status, Name, Identity) = (status, name, identity);

    /// <summary>No user has that name.</summary>
    public static UserResolution Unknown => default;

    /// <summary>The user exists and may not log in.</summary>
    public static UserResolution Denied { get; } = new(UserStatus.Denied, null, null);

    /// <summary>
    /// The resolver cannot answer now, such as when the directory is down. The request is answered with status 503.
    /// </summary>
    public static UserResolution Unavailable { get; } = new(UserStatus.Unavailable, null, null);

    /// <summary>Whether the user is known and may log in.</summary>
    public UserStatus Status { get; }

    /// <summary>The canonical name of a known user.</summary>
    public string? Name { get; }

    /// <summary>An identity with the provider's own claims, if the resolver made one.</summary>
    public ClaimsIdentity? Identity { get; }

    /// <summary>Creates the result for a user who is known and may log in.</summary>
    /// <param name="name">The canonical name.</param>
    /// <param name="identity">
    /// An identity with additional claims, or null for the name alone. A new instance for each call: claims are added
    /// to a copy of it.
    /// </param>
    /// <returns>The resolution.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static UserResolution Known(string name, ClaimsIdentity? identity = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new UserResolution(UserStatus.Known, name, identity);
    }

    /// <summary>Returns whether two resolutions are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are.</returns>
    public static bool operator ==(UserResolution left, UserResolution right) => left.Equals(right);

    /// <summary>Returns whether two resolutions differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(UserResolution left, UserResolution right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(UserResolution other) => (Status, Name, Identity) == (other.Status, other.Name, other.Identity);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UserResolution other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Status, Name, Identity);
}

/// <summary>Whether a user is known and may log in.</summary>
public enum UserStatus
{
    /// <summary>No user has that name.</summary>
    Unknown,

    /// <summary>The user exists and may not log in.</summary>
    Denied,

    /// <summary>The user exists and may log in.</summary>
    Known,

    /// <summary>The resolver cannot answer now.</summary>
    Unavailable,
}
