using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using TrustedApps.Responses;

namespace TrustedApps.AspNetCore.Responses;

/// <summary>The proof in the header section of a response, and the one in its trailer.</summary>
internal sealed class ProofHeader
{
    private const string Longest = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";

    private readonly ResponseProver _prover;
    private readonly ProvenResponse _response;
    private readonly DateTimeOffset _now;

    private ProofHeader(ResponseProver prover, ProvenResponse response, DateTimeOffset now) =>
        (_prover, _response, _now) = (prover, response, now);

    /// <summary>Sets the header of a response whose other headers are final.</summary>
    /// <returns>The proof; null if the response cannot be proven, and must not be sent.</returns>
    public static ProofHeader? Set(HttpResponse response, ProofDemand demand, string? digest, string? error)
    {
        IHeaderDictionary headers = response.Headers;
        var parts = new ProvenResponse
        {
            Status = response.StatusCode,
            ContentDigest = digest,
            ContentType = Find(headers, HeaderNames.ContentType),
            ContentEncoding = Find(headers, HeaderNames.ContentEncoding),
            ContentRange = Find(headers, HeaderNames.ContentRange),
            Location = Find(headers, HeaderNames.Location),
            Error = error,
        };
        DateTimeOffset now = demand.Time.GetUtcNow();
        if (demand.Prover.Prove(parts, now) is not { } proof) return null;

        // The second proof is longer than the first one.
        bool isFollowed = digest == ProvenResponse.DigestInTrailer;
        if (isFollowed && demand.Prover.Prove(parts with { ContentDigest = Longest }, now) is null) return null;

        headers[ResponseProver.HeaderName] = proof;
        ForbidTransformation(headers);
        return new ProofHeader(demand.Prover, parts, now);
    }

    /// <summary>
    /// Sets the trailer: the same proof in every member but the digest. One that the application or a proxy has set
    /// under that name is gone: two values are no proof.
    /// </summary>
    public void SetTrailer(HttpResponse response, string? digest) =>
        FindTrailers(response)![ResponseProver.HeaderName] =
            _prover.Prove(_response with { ContentDigest = digest }, _now);

    /// <summary>Removes a trailer of the application or of a proxy from a response that has no second proof.</summary>
    public static void RemoveTrailer(HttpResponse response)
    {
        if (FindTrailers(response) is { IsReadOnly: false } trailers) trailers.Remove(ResponseProver.HeaderName);
    }

    private static IHeaderDictionary? FindTrailers(HttpResponse response) =>
        response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;

    // The response gets exactly what is proven: one line, without blanks around it. A blank header is left out.
    private static string? Find(IHeaderDictionary headers, string name)
    {
        StringValues lines = headers[name];
        if (lines.Count == 0) return null;

        string value = lines.Count == 1 ? Trim(lines[0]) : string.Join(", ", lines.Select(Trim));
        if (value.Length == 0) headers.Remove(name);
        else if (value != lines) headers[name] = value;
        return value.Length == 0 ? null : value;
    }

    private static string Trim(string? line) => line?.Trim(' ', '\t') ?? "";

    // RFC 9111, section 5.2.2.6: a proxy that compresses, or converts an image, would break the proof.
    private static void ForbidTransformation(IHeaderDictionary headers)
    {
        string stated = headers.CacheControl.ToString();
        bool forbids =
            CacheControlHeaderValue.TryParse(stated, out CacheControlHeaderValue? parsed) && parsed.NoTransform;
        if (!forbids) headers.CacheControl = stated.Length == 0 ? "no-transform" : $"{stated}, no-transform";
    }
}
