using System.Collections.Concurrent;
using System.Security.Claims;
using TrustedApps;
using TrustedApps.AspNetCore.SignIn.Credentials;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace Tracker;

/// <summary>The tracker's own users, in memory: who they are whichever scheme names them, and the hashes of their passwords.</summary>
internal sealed class Accounts(string passwordHash) : IUserResolver, IUserProvisioner, IPasswordHashStore
{
    private const int Capacity = 1000;

    private readonly ConcurrentDictionary<string, bool> _mayLogIn = new(Users.All.Select(user => KeyValuePair.Create(user, user != Users.Wilma)), StringComparer.Ordinal);

    public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) => new(
        !_mayLogIn.TryGetValue(name, out bool mayLogIn) ? UserResolution.Unknown
        : mayLogIn ? UserResolution.Known(name)
        : UserResolution.Denied);

    /// <summary>A user of the single sign-on who has an e-mail address gets an account; one without stays unknown.</summary>
    public ValueTask<UserResolution> ProvisionAsync(TrustedProxyUser user, CancellationToken cancellationToken)
    {
        bool isWelcome = user.Attributes.Any(claim => claim.Type == ClaimTypes.Email) && _mayLogIn.Count < Capacity;
        if (!isWelcome) return new(UserResolution.Unknown);
        _mayLogIn[user.Name] = true;
        return new(UserResolution.Known(user.Name));
    }

    /// <summary>The sample's users share one password. Those that the single sign-on brought have none.</summary>
    public ValueTask<string?> FindHashAsync(string userName, CancellationToken cancellationToken) =>
        new(Users.All.Contains(userName, StringComparer.Ordinal) ? passwordHash : null);
}
