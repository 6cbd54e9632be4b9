using System.Security.Claims;

namespace TrustedApps;

/// <summary>
/// Proof that a request was verified. Only <see cref="AssertionVerifier"/> creates one, after every check has passed.
/// </summary>
public sealed class VerifiedAssertion
{
    internal VerifiedAssertion(
        TrustedApplication application,
        ProtocolVersion version,
        string? user,
        DateTimeOffset issuedAt,
        ClaimsIdentity? identity,
        Stream? content
    ) =>
        (Application, Version, User, IssuedAt, Identity, Content) = (
            application,
            version,
            user,
            issuedAt,
            identity,
            content
        );

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
    public DateTimeOffset IssuedAt { get; }

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
