using TrustedApps.Responses;

namespace TrustedApps.Protocols;

/// <summary>An assertion that was issued, and what the answer to it is compared with.</summary>
/// <param name="Headers">The headers of the request.</param>
/// <param name="Grant">The key grant that it was issued under; null in versions without one.</param>
/// <param name="Verifier">Verifies the proof of the response; null if the request demands none.</param>
internal readonly record struct IssuedAssertion(
    AssertionHeaders Headers,
    IKeyGrant? Grant = null,
    ResponseVerifier? Verifier = null
)
{
    /// <summary>Whether the request names its key grant and does not carry it.</summary>
    public bool NamesGrant => Grant is not null && Headers.Key is null;
}
