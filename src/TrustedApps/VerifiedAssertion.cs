using System.Security.Claims;

namespace TrustedApps;

/// <summary>
/// Proof that a request was verified: only <see cref="AssertionVerifier"/> makes one, after every check has passed.
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

    /// <summary>The trusted application that asks.</summary>
    public TrustedApplication Application { get; }

    /// <summary>The version under which it was verified.</summary>
    public ProtocolVersion Version { get; }

    /// <summary>
    /// The user on whose behalf the application asks: the resolver's canonical name. Null when it acts as itself, which
    /// its trust allows.
    /// </summary>
    public string? User { get; }

    /// <summary>The time stamp of the assertion, by the consumer's clock.</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary>The identity that the resolver made, if it made one.</summary>
    public ClaimsIdentity? Identity { get; }

    /// <summary>
    /// The content that the application may read, in place of the request's own; null in older versions, which bind
    /// none.
    /// Where the application streams, reading to the end throws <see cref="InvalidDataException"/> if the content is
    /// not
    /// what was asserted.
    /// </summary>
    public Stream? Content { get; }
}
