namespace TrustedApps.Protocols;

/// <summary>The claims of an assertion that most requests do not have. Immutable.</summary>
/// <param name="DemandsResponseProof">Whether the provider has to prove its response.</param>
/// <param name="Actors">
/// The applications that asked the consumer, the one that asked first in order; empty if none did.
/// </param>
/// <param name="Scopes">The scopes that the request is narrowed to; empty if it names none.</param>
/// <param name="BoundHeaders">The names, in lower case, of the headers that are bound; they were compared.</param>
internal sealed record FurtherClaims(
    bool DemandsResponseProof,
    IReadOnlyList<string> Actors,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> BoundHeaders)
{
    public static FurtherClaims None { get; } = new(false, [], [], []);

    /// <summary>Those of a request that demands a proof and says nothing else.</summary>
    public static FurtherClaims ProofOnly { get; } = None with { DemandsResponseProof = true };
}
