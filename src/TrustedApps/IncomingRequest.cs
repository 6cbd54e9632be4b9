using System.Net;
using Microsoft.Extensions.Primitives;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>
/// A request as it reached the provider. The target is held exactly as received, because the consumer signed it in that
/// form.
/// </summary>
public readonly record struct IncomingRequest
{
    /// <summary>Creates the description of a request.</summary>
    public IncomingRequest()
    {
    }

    /// <summary>The method of the request line, exactly.</summary>
    public required string Method { get; init; }

    /// <summary><c>http</c> or <c>https</c>, as the client used it.</summary>
    public required string Scheme { get; init; }

    /// <summary>
    /// The host and port as the client named them (the Host header, or the value from a trusted proxy).
    /// </summary>
    public required string Host { get; init; }

    /// <summary>
    /// The path at which the application is mounted for its clients; empty at the root. <see cref="Target"/> includes
    /// it.
    /// </summary>
    public string PathBase { get; init; } = "";

    /// <summary>
    /// The path and query exactly as the client sent them, percent-encoding untouched. Any other form of target is
    /// rejected, because servers interpret it differently.
    /// </summary>
    public required string Target { get; init; }

    /// <summary>
    /// The decoded path below <see cref="PathBase"/> that the application is about to serve, if the host has it. If it
    /// differs from the path of <see cref="Target"/>, URL patterns do not match.
    /// </summary>
    public string? RoutedPath { get; init; }

    /// <summary>
    /// Whether the client sent a whole URL as the target (RFC 9112 section 3.2.2). <see cref="Target"/> then holds its
    /// path and query. Older versions reject it.
    /// </summary>
    public bool IsAbsoluteForm { get; init; }

    /// <summary>The address of the connection (or the value from a trusted proxy); null if there is none.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>The request headers; names are looked up regardless of case.</summary>
    public required IDictionary<string, StringValues> Headers { get; init; }

    /// <summary>
    /// The trusted-application headers among <see cref="Headers"/>, if the host has read them already.
    /// </summary>
    /// <value>Default null: the verifier reads them.</value>
    public ReceivedHeaders? Received { get; init; }

    /// <summary>
    /// The content as it arrives: transfer coding removed, content coding not. Version 4 verifies it, and the
    /// application then reads <see cref="VerifiedAssertion.Content"/> instead.
    /// </summary>
    /// <value>Default null: the request cannot have content.</value>
    public Stream? Content { get; init; }

    /// <summary>The length of the content in bytes, if the request states it.</summary>
    public long? ContentLength { get; init; }

    /// <summary>
    /// Whether the application reads content as a stream. Version 4 then verifies it at its end and not before.
    /// </summary>
    public bool StreamsContent { get; init; }

    /// <summary>
    /// Returns the path and query of a target that is a whole URL (RFC 9112 section 3.2.2), percent-encoding untouched.
    /// </summary>
    /// <param name="target">The target as received.</param>
    /// <returns>The path and query; null if the target is not an http or https URL, or has a fragment.</returns>
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

    /// <summary>Returns the method and the path, for logs: the query and the headers may hold secrets.</summary>
    /// <returns>One line of printable text.</returns>
    public override string ToString() => LogSanitizer.Sanitize($"{Method} {Target?.Split('?')[0]}");

    internal string Url => string.Concat(Scheme, "://", Host, Target);
}
