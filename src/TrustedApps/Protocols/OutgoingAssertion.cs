using TrustedApps.Keys;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Protocols;

/// <summary>What a consumer is about to say.</summary>
/// <param name="Keys">Its own keys.</param>
/// <param name="User">On whose behalf; null when it acts as itself.</param>
/// <param name="Method">The request method as it is sent.</param>
/// <param name="Url">The URL as it is sent: scheme, authority, path and query.</param>
/// <param name="Content">What binds the content.</param>
/// <param name="Milliseconds">The time stamp: milliseconds since 1970.</param>
/// <param name="Grant">The grant, in the version that has one.</param>
internal readonly record struct OutgoingAssertion(
    ApplicationKeys Keys, string? User, string Method, string Url, ContentBinding Content, long Milliseconds, KeyGrant? Grant)
{
    /// <summary>The user, in versions where there must be one.</summary>
    public string RequiredUser => User ?? throw new ArgumentException("Only version 4 lets an application act as itself: name a user.");
}
