using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>Builds a chain: the schemes that it calls, in order. See <see cref="ChainExtensions.AddChain"/>.</summary>
public sealed class ChainBuilder
{
    private readonly List<ChainLink> _links = [];
    private string? _challengeScheme;
    private string? _forbidScheme;

    internal ChainBuilder()
    {
    }

    /// <summary>Adds a scheme, which is called if no scheme before it succeeded.</summary>
    /// <param name="authenticationScheme">Any scheme of the application, including another chain.</param>
    /// <param name="paths">
    /// The paths for which the scheme is called, as URL patterns (specification legacy.md, section 4); none for all
    /// requests. For other paths, and for a path that is not canonical, the scheme is skipped.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">
    /// The scheme is in the chain already, or a pattern is malformed. The message names the position.
    /// </exception>
    public ChainBuilder Try(string authenticationScheme, params string[] paths)
    {
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        ArgumentNullException.ThrowIfNull(paths);
        if (_links.Exists(link => link.Scheme == authenticationScheme))
        {
            throw new ArgumentException(
                $"'{authenticationScheme}' is in the chain already. Add it once, with all its paths.",
                nameof(authenticationScheme)
            );
        }

        _links.Add(new ChainLink(authenticationScheme, paths));
        return this;
    }

    /// <summary>
    /// Sets the scheme that answers where an authenticated user is required, such as a cookie scheme with its login
    /// page.
    /// </summary>
    /// <param name="authenticationScheme">
    /// The scheme. Without one, the response is 401. A scheme of the chain that rejected the request and answers
    /// challenges itself (<see cref="RejectedException.AnswersChallenge"/>) takes precedence.
    /// </param>
    /// <returns>The same builder.</returns>
    public ChainBuilder ChallengeWith(string authenticationScheme)
    {
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        _challengeScheme = authenticationScheme;
        return this;
    }

    /// <summary>Sets the scheme that answers where the user is not permitted to do what the request asks for.</summary>
    /// <param name="authenticationScheme">The scheme. Without one, the response is 403.</param>
    /// <returns>The same builder.</returns>
    public ChainBuilder ForbidWith(string authenticationScheme)
    {
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        _forbidScheme = authenticationScheme;
        return this;
    }

    internal ChainDefinition Build(string name)
    {
        if (_links.Count == 0)
        {
            throw new ArgumentException($"The chain '{name}' has no scheme. Call chain.Try(\"...\") for each scheme.");
        }

        return new ChainDefinition(name, [.. _links], _challengeScheme, _forbidScheme);
    }
}
