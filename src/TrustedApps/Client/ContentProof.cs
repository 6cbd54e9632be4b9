using TrustedApps.Content;
using TrustedApps.Responses;

namespace TrustedApps.Client;

/// <summary>The proof of a response's content, which a trailer completes if the header left it to that.</summary>
/// <param name="response">The response.</param>
/// <param name="proof">The proof in its header.</param>
/// <param name="verifier">Verifies the proof in its trailer.</param>
internal sealed class ContentProof(HttpResponseMessage response, ResponseProof proof, ResponseVerifier verifier)
{
    /// <summary>Whether the proof says that there is no content.</summary>
    public bool ProvesNone => proof.Response.ContentDigest is null;

    /// <summary>Describes why the content is not the proven one; null if it is.</summary>
    /// <param name="length">The number of bytes that were received.</param>
    /// <param name="sha256">Their hash.</param>
    /// <remarks>Called at the end of the content: trailers are there only then.</remarks>
    public string? FindProblem(long length, ReadOnlySpan<byte> sha256)
    {
        string? digest = proof.Response.ContentDigest;
        if (digest == ProvenResponse.DigestInTrailer && FindTrailerProblem(ref digest) is { } problem) return problem;
        if (digest is null) return length == 0 ? null : "it has content, although its proof says that there is none";
        bool isProven = length > 0 && ContentDigest.TryRead(digest, out ContentDigest claim) && claim.IsOf(sha256);
        return isProven ? null : "its content is not the proven one";
    }

    private string? FindTrailerProblem(ref string? digest)
    {
        string? token = ResponseHeaders.FindProof(response.TrailingHeaders, out string? problem);
        if (token is null) return $"in its trailer {problem}";
        ResponseProof? trailing = verifier.Read(token, proof.Response, out problem);
        if (trailing is null) return $"the proof in its trailer does not hold: {problem}";
        digest = trailing.Response.ContentDigest;
        ProvenResponse head = trailing.Response with { ContentDigest = ProvenResponse.DigestInTrailer };
        bool isSame = trailing with { Response = head } == proof;
        return isSame ? null : "the proof in its trailer differs from that in its header";
    }
}
