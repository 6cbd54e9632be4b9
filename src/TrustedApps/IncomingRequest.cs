using System.Net;
using Microsoft.Extensions.Primitives;

namespace TrustedApps;

/// <summary>
/// A request as it reached the provider. The target is kept exactly as received: that is what was signed.
/// </summary>
public readonly record struct IncomingRequest
{
    /// <summary>Makes the description of a request.</summary>
    public IncomingRequest()
    {
    }

    /// <summary>The method of the request line, exactly.</summary>
    public required string Method { get; init; }

    /// <summary><c>http</c> or <c>https</c>, as the client used it.</summary>
    public required string Scheme { get; init; }

    /// <summary>
    /// Host and port as the client named them (the Host header, or what a trusted proxy says it was).
    /// </summary>
    public required string Host { get; init; }

    /// <summary>
    /// The path at which the application is mounted for its clients; empty at the root. <see cref="Target"/> includes
    /// it.
    /// </summary>
    public string PathBase { get; init; } = "";

    /// <summary>
    /// Path and query exactly as the client sent them, percent-encoding untouched. Another form of target is refused:
    /// servers do not agree on what it means.
    /// </summary>
    public required string Target { get; init; }

    /// <summary>
    /// The decoded path below <see cref="PathBase"/> that the application is about to serve, where the host knows it.
    /// Where it is not the path of <see cref="Target"/>, URL patterns do not match.
    /// </summary>
    public string? RoutedPath { get; init; }

    /// <summary>
    /// Whether the client sent a whole URL as the target (RFC 9112 section 3.2.2), of which <see cref="Target"/> is
    /// path and query. Older versions refuse it.
    /// </summary>
    public bool IsAbsoluteForm { get; init; }

    /// <summary>
    /// The address of the connection (or what a trusted proxy says it was); null where there is none.
    /// </summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>The request headers; names are looked up regardless of case.</summary>
    public required IDictionary<string, StringValues> Headers { get; init; }

    /// <summary>
    /// The trusted-application headers among <see cref="Headers"/>, where the host has looked through them already.
    /// </summary>
    /// <value>Default null: the verifier looks through them.</value>
    public ReceivedHeaders? Received { get; init; }

    /// <summary>
    /// The content as it arrives: after transfer coding is removed, before content coding is. Version 4 checks it, and
    /// the application then reads <see cref="VerifiedAssertion.Content"/> in its place.
    /// </summary>
    /// <value>Default null: no content can come.</value>
    public Stream? Content { get; init; }

    /// <summary>The length of the content in bytes, where the request states it.</summary>
    public long? ContentLength { get; init; }

    /// <summary>
    /// Whether the application reads content as it comes, so that version 4 checks it at its end and not before.
    /// </summary>
    public bool StreamsContent { get; init; }

    /// <summary>
    /// The path and query of a target that is a whole URL (RFC 9112 section 3.2.2), percent-encoding untouched.
    /// </summary>
    /// <param name="target">The target as received.</param>
    /// <returns>Path and query; null when the target is none of http or https, or holds a fragment.</returns>
    public static string? FindPathAndQuery(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        bool isHttp =
            target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || target.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isHttp || target.Contains('#', StringComparison.Ordinal)) return null;

        int authority = target.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        int path = target.AsSpan(authority).IndexOfAny('/', '?');
        if (path < 0) return "/";
        return target[authority + path] == '/' ? target[(authority + path)..] : $"/{target[(authority + path)..]}";
    }

    internal string Url => string.Concat(Scheme, "://", Host, Target);
}
