namespace TrustedApps.Responses;

/// <summary>
/// Verifies the proof of the response to one request (specification version-4.md, section 5): the counterpart of
/// <see cref="ResponseProver"/>. Safe for concurrent use.
/// </summary>
/// <param name="key">
/// The response key of the request's key grant: a copy, which stays when the key grant is dropped.
/// </param>
/// <param name="grantId">The id of that key grant.</param>
/// <param name="request">The IV of the request's assertion, in base64url.</param>
internal sealed class ResponseVerifier(ResponseKey key, string grantId, string request)
{
    /// <summary>Returns the claims of a proof; null, and a description, unless it proves this response.</summary>
    /// <param name="token">The proof.</param>
    /// <param name="received">The response.</param>
    /// <param name="problem">The description.</param>
    /// <param name="isSame">
    /// Whether a header that was received has a proven value, although its text is another; null where none has.
    /// </param>
    public ResponseProof? Read(
        string token, ProvenResponse received, out string? problem, HeaderComparison? isSame = null)
    {
        ResponseProof? proof = ResponseProofToken.Read(token, key, grantId, out problem);
        if (proof is null) return null;
        problem = ReceivedResponse.FindProblem(proof, request, received, isSame);
        return problem is null ? proof : null;
    }
}
