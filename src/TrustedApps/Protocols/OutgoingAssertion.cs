using TrustedApps.Keys;

namespace TrustedApps.Protocols;

/// <summary>The content of an assertion that a consumer is about to issue.</summary>
/// <param name="Keys">The consumer's own keys.</param>
/// <param name="User">The user on whose behalf the request is made; null when the application acts as itself.</param>
/// <param name="Method">The request method as it is sent.</param>
/// <param name="Url">The URL as it is sent: scheme, authority, path and query.</param>
/// <param name="Content">The binding of the content.</param>
/// <param name="Milliseconds">The time stamp: milliseconds since 1970.</param>
internal readonly record struct OutgoingAssertion(
    ApplicationKeys Keys, string? User, string Method, string Url, ContentBinding Content, long Milliseconds)
{
    /// <summary>Whether the request may try a new key grant, in versions that have them.</summary>
    public KeyGrantTrial Trial { get; init; }

    /// <summary>The user, in versions where there must be one.</summary>
    public string RequiredUser =>
        User ?? throw new ArgumentException("Only version 4 lets an application act as itself: name a user.");
}
