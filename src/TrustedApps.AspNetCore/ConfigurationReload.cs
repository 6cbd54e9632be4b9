using System.Collections.Concurrent;

namespace TrustedApps.AspNetCore;

/// <summary>
/// Whether the last change of the configuration could be used while the host runs. One that cannot be used changes
/// nothing: what was in effect before stays. A service of the host, such as for a health check. Safe for
/// concurrent use.
/// </summary>
public sealed class ConfigurationReload
{
    /// <summary>The part of the trusts of the provider's schemes, in <see cref="Problems"/>.</summary>
    public const string TrustedApplications = "trusted applications";

    /// <summary>The part of the trusted proxies of the package TrustedApps.AspNetCore.SignIn.</summary>
    public const string TrustedProxies = "trusted proxies";

    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.Ordinal);

    /// <summary>
    /// The reason why the last change of a part of the configuration is not in use, by the name of the part:
    /// <see cref="TrustedApplications"/>, <see cref="TrustedProxies"/>, or one of your own. For administrators: it
    /// names settings and holds no secret.
    /// </summary>
    /// <value>Empty while every part is as the configuration states it.</value>
    public IReadOnlyDictionary<string, string> Problems => _problems;

    /// <summary>Notes the outcome of the last change, such as of the options of a scheme of your own.</summary>
    /// <param name="part">The part of the configuration, such as the kind of schemes that it is for.</param>
    /// <param name="problem">The reason why the change is not in use; null if it is.</param>
    public void Report(string part, string? problem)
    {
        ArgumentException.ThrowIfNullOrEmpty(part);
        if (problem is null) _problems.TryRemove(part, out _);
        else _problems[part] = problem;
    }
}
