namespace TrustedApps.Responses;

/// <summary>
/// Proves the responses to one request whose assertion demands it (specification version-4.md, section 5). The verdict
/// on the request has it. Safe for concurrent use.
/// </summary>
public sealed class ResponseProver
{
    /// <summary>The name of the response header, and of the trailer, that holds a proof.</summary>
    public const string HeaderName = "X-Seraph-Trusted-App-Proof";

    private readonly ResponseKey _key;
    private readonly string _grantId;
    private readonly string _request; // the IV of the assertion, base64url

    internal ResponseProver(ResponseKey key, string grantId, string request) =>
        (_key, _grantId, _request) = (key, grantId, request);

    /// <summary>Makes the proof of a response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="now">The clock.</param>
    /// <returns>
    /// The value of the header <see cref="HeaderName"/>; null if the response cannot be proven, because a value holds
    /// other characters than printable ASCII, spaces and tabs, or because the proof would be longer than 8,000
    /// characters. Such a response must not be sent: the answer is then a status 500, which is proven.
    /// </returns>
    public string? Prove(ProvenResponse response, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(response);
        var proof = new ResponseProof(now.ToUnixTimeSeconds(), _request, response);
        return ResponseProofToken.Write(proof, _key, _grantId);
    }
}
