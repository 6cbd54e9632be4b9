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
    public ResponseProof? Read(string token, ProvenResponse received, out string? problem)
    {
        ResponseProof? proof = ResponseProofToken.Read(token, key, grantId, out problem);
        if (proof is null) return null;
        problem = ReceivedResponse.FindProblem(proof, request, received);
        return problem is null ? proof : null;
    }
}
