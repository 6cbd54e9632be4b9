namespace TrustedApps.Responses;

/// <summary>The parts of a response that its proof covers (specification version-4.md, section 5). Immutable.</summary>
public sealed record ProvenResponse
{
    /// <summary>The digest of content that follows, with its own proof in a trailer.</summary>
    public const string DigestInTrailer = "trailer";

    /// <summary>The digest of content that is protected by TLS alone.</summary>
    public const string NoDigest = "none";

    /// <summary>The status code.</summary>
    /// <value>200 to 999: a response with 1xx is not final and has no proof.</value>
    public required int Status { get; init; }

    /// <summary>
    /// The Content-Digest of the content as it goes out (RFC 9530: one member, <c>sha-256</c>),
    /// <see cref="DigestInTrailer"/> or <see cref="NoDigest"/>; null if there is no content.
    /// </summary>
    public string? ContentDigest { get; init; }

    /// <summary>The Content-Type field value; null if there is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The Content-Encoding field value, several lines joined by <c>, </c>; null if there is none.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>The Content-Range field value; null if there is none.</summary>
    public string? ContentRange { get; init; }

    /// <summary>The Location field value; null if there is none.</summary>
    public string? Location { get; init; }

    /// <summary>The value of the header X-Seraph-Trusted-App-Error; null if the request was accepted.</summary>
    public string? Error { get; init; }
}
