using TrustedApps.Keys;

namespace TrustedApps.Protocols;

/// <summary>An assertion that a consumer is about to issue.</summary>
/// <param name="Keys">The consumer's own keys.</param>
/// <param name="Request">The request that it is for.</param>
/// <param name="Milliseconds">The time stamp: milliseconds since 1970.</param>
internal readonly record struct OutgoingAssertion(ApplicationKeys Keys, OutgoingRequest Request, long Milliseconds)
{
    /// <summary>Whether the request may try a new key grant, in versions that have them.</summary>
    public KeyGrantTrial Trial { get; init; }

    public string Url => Request.Url;

    /// <summary>The user, in versions where there must be one.</summary>
    public string RequiredUser => Request.User
        ?? throw new ArgumentException("Only version 4 lets an application act as itself: name a user.");
}
