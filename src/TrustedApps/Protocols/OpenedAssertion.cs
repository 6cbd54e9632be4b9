using TrustedApps.Content;
using TrustedApps.Diagnostics;
using TrustedApps.Responses;

namespace TrustedApps.Protocols;

/// <summary>The content of an assertion, before it is proven.</summary>
/// <param name="Milliseconds">The time stamp: milliseconds since 1970.</param>
/// <param name="User">The user name; null when the application acts as itself.</param>
/// <param name="State">State of the protocol for later checks; secret.</param>
internal readonly record struct OpenedAssertion(long Milliseconds, string? User, object? State = null)
{
    public override string ToString() => nameof(OpenedAssertion); // not the key

    /// <summary>
    /// The first part of the request that differs from the asserted request, in versions that name them; null if none
    /// differs.
    /// </summary>
    public RejectionReason? Mismatch { get; init; }

    /// <summary>The digest of the content, in versions that bind it.</summary>
    public ContentDigest Content { get; init; }

    /// <summary>The claims that most requests do not have, in versions that have them.</summary>
    public FurtherClaims Further { get => field ?? FurtherClaims.None; init; }

    /// <summary>Proves the response, if the assertion demands it; null otherwise.</summary>
    public ResponseProver? Prover { get; init; }

    /// <summary>The single-use number of the assertion, in versions that have one.</summary>
    public UInt128 Nonce { get; init; }
}
