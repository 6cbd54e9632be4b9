using System.Security.Cryptography;
using TrustedApps.Content;

namespace TrustedApps.Responses;

/// <summary>Compares a response with its proof (specification version-4.md, section 5).</summary>
internal static class ReceivedResponse
{
    /// <summary>
    /// Describes the first difference between the head of a response and its proof; null if they agree.
    /// </summary>
    /// <param name="proof">The proof, which is good under the key grant.</param>
    /// <param name="request">The IV of the request's assertion, in base64url.</param>
    /// <param name="received">
    /// The response. Its digest and its error do not count: the proof alone says whether it is a refusal.
    /// </param>
    public static string? FindProblem(ResponseProof proof, string request, ProvenResponse received)
    {
        ProvenResponse proven = proof.Response;
        if (proof.Request != request) return "it proves the response to another request";
        if (proven.Status != received.Status)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"the proven status is {proven.Status}, not {received.Status}");
        }

        return FindDifference("Content-Type", proven.ContentType, received.ContentType)
            ?? FindDifference("Content-Encoding", proven.ContentEncoding, received.ContentEncoding)
            ?? FindDifference("Content-Range", proven.ContentRange, received.ContentRange)
            ?? FindDifference("Location", proven.Location, received.Location)
            ?? FindDigestProblem(proven);
    }

    /// <summary>
    /// Describes the difference between content and its proof; null if they agree, or if this proof leaves the content
    /// to a trailer or to TLS.
    /// </summary>
    public static string? FindContentProblem(ProvenResponse proven, ReadOnlySpan<byte> content)
    {
        if (IsElsewhere(proven)) return null;
        if (proven.ContentDigest is null) return content.IsEmpty ? null : "it proves that there is no content";
        if (content.IsEmpty) return "it proves content, and there is none";
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        bool isProven = ContentDigest.TryRead(proven.ContentDigest, out ContentDigest claim) && claim.IsOf(hash);
        return isProven ? null : "the content is not the proven one";
    }

    private static string? FindDigestProblem(ProvenResponse proven)
    {
        bool isLeftToTls = proven.ContentDigest == ProvenResponse.NoDigest;
        if (isLeftToTls && proven.Error is not null) return "a refusal must prove its content";
        return proven.ContentDigest is null || IsElsewhere(proven) || ContentDigest.TryRead(proven.ContentDigest, out _)
            ? null
            : "its dig is neither one sha-256, nor trailer, nor none";
    }

    private static bool IsElsewhere(ProvenResponse proven) =>
        proven.ContentDigest is ProvenResponse.DigestInTrailer or ProvenResponse.NoDigest;

    private static string? FindDifference(string name, string? proven, string? received)
    {
        if (proven == received) return null;
        if (received is null) return $"it proves the {name} '{proven}', and the response has none";
        return proven is null
            ? $"it proves no {name}, and the response has '{received}'"
            : $"the proven {name} is '{proven}', not '{received}'";
    }
}
