using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>Says what a chain asks, in which order. See <see cref="ChainExtensions.AddChain"/>.</summary>
public sealed class ChainBuilder
{
    private readonly List<ChainLink> _links = [];
    private string? _challengeScheme;
    private string? _forbidScheme;

    internal ChainBuilder()
    {
    }

    /// <summary>Asks a scheme next, if none before it succeeded.</summary>
    /// <param name="authenticationScheme">Any scheme of the application, also another chain.</param>
    /// <param name="paths">Where it is asked: URL patterns (specification legacy.md, section 4). None: everywhere. Elsewhere, and where the path is not canonical, the link is passed over.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The scheme stands there already, or a pattern is bad; the message says where.</exception>
    public ChainBuilder Try(string authenticationScheme, params string[] paths)
    {
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        ArgumentNullException.ThrowIfNull(paths);
        if (_links.Exists(link => link.Scheme == authenticationScheme)) throw new ArgumentException($"'{authenticationScheme}' is in the chain already; give all its paths at once.", nameof(authenticationScheme));

        _links.Add(new ChainLink(authenticationScheme, paths));
        return this;
    }

    /// <summary>Says who answers where an authenticated user is needed and there is none, such as a cookie scheme with its login page.</summary>
    /// <param name="authenticationScheme">A scheme. Without any, the answer is 401. A link that refused the request with an answer of its own, as a trusted request has, goes before it.</param>
    /// <returns>The same builder.</returns>
    public ChainBuilder ChallengeWith(string authenticationScheme)
    {
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        _challengeScheme = authenticationScheme;
        return this;
    }

    /// <summary>Says who answers where the user may not do what was asked for.</summary>
    /// <param name="authenticationScheme">A scheme. Without any, the answer is 403.</param>
    /// <returns>The same builder.</returns>
    public ChainBuilder ForbidWith(string authenticationScheme)
    {
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        _forbidScheme = authenticationScheme;
        return this;
    }

    internal ChainDefinition Build(string name)
    {
        if (_links.Count == 0) throw new ArgumentException($"The chain '{name}' has no link: say chain.Try(\"...\") for each scheme to ask.");
        return new ChainDefinition(name, [.. _links], _challengeScheme, _forbidScheme);
    }
}
