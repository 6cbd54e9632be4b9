using System.Security.Claims;
using TrustedApps.Protocols;

namespace TrustedApps;

/// <summary>
/// Proof that a request was verified. Only <see cref="AssertionVerifier"/> creates one, after every check has passed.
/// </summary>
public sealed class VerifiedAssertion
{
    private readonly FurtherClaims _further;
    private readonly long _issuedAt; // milliseconds

    internal VerifiedAssertion(
        TrustedApplication application,
        ProtocolVersion version,
        string? user,
        ClaimsIdentity? identity,
        in OpenedAssertion opened,
        Stream? content
    )
    {
        (Application, Version) = (application, version);
        (User, Identity, Content) = (user, identity, content);
        (_issuedAt, _further) = (opened.Milliseconds, opened.Further);
    }

    /// <summary>The trusted application that made the request.</summary>
    public TrustedApplication Application { get; }

    /// <summary>The version under which the request was verified.</summary>
    public ProtocolVersion Version { get; }

    /// <summary>
    /// The user on whose behalf the request was made: the resolver's canonical name. Null if the application acts as
    /// itself, which its trust allows.
    /// </summary>
    public string? User { get; }

    /// <summary>The time stamp of the assertion, by the consumer's clock.</summary>
    public DateTimeOffset IssuedAt => DateTimeOffset.FromUnixTimeMilliseconds(_issuedAt);

    /// <summary>
    /// The ids of the applications that asked the application for this in the user's name, the one that asked it first
    /// (claim <c>act</c>). It is the application's word and no more than that: it grants no right.
    /// </summary>
    /// <value>Empty if the application made the request on its own account.</value>
    public IReadOnlyList<string> Actors => _further.Actors;

    /// <summary>
    /// The scopes of the request: those that it names, all of which the trust allows; if it names none, all that the
    /// trust lists.
    /// </summary>
    public IReadOnlyList<string> Scopes =>
        _further.Scopes.Count > 0 || Version.IsLegacy ? _further.Scopes : Application.Conditions.Scopes;

    /// <summary>The identity that the resolver created; null if it created none.</summary>
    public ClaimsIdentity? Identity { get; }

    /// <summary>
    /// The content, to be read in place of the request's own; null if the request cannot have any. Under version 4 it
    /// is verified: if the application streams, reading to the end throws <see cref="InvalidDataException"/> if the
    /// content differs from the asserted content. Content that the verifier has not read to its end throws
    /// <see cref="IOException"/> when the trust is removed, suspended or changed while it arrives.
    /// </summary>
    public Stream? Content { get; }
}
