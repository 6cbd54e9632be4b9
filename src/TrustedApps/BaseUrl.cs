using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using TrustedApps.Diagnostics;

namespace TrustedApps;

/// <summary>
/// The URL below which an application lives, in normal form (RFC 3986): scheme, authority and path; host in lower case,
/// no default port, no user info, query, fragment or trailing slash. Immutable.
/// </summary>
public sealed class BaseUrl
{
    private const int MaxDecodings = 3;

    private static readonly string[] _foreignEncodings = ["%c0", "%c1", "%e0%8", "%e0%9", "%f0%8", "%u0", "%uf"];

    private readonly string _authority;
    private readonly string _pathBase; // decoded, as servers have it

    private BaseUrl(string text, Uri uri)
    {
        (Text, Uri) = (text, uri);
        Path = uri.AbsolutePath == "/" ? "" : uri.AbsolutePath;
        _authority = text[(uri.Scheme.Length + "://".Length)..^Path.Length];
        _pathBase = Uri.UnescapeDataString(Path);
    }

    /// <summary>The URL as text.</summary>
    public string Text { get; }

    /// <summary>Whether it is https, or http on this machine (127.0.0.0/8, ::1, <c>localhost</c>).</summary>
    public bool IsProtected => Uri.Scheme == Uri.UriSchemeHttps || IsLoopback;

    /// <summary>The path without a trailing slash; empty at the root.</summary>
    internal string Path { get; }

    internal Uri Uri { get; }

    private bool IsLoopback => Uri.IdnHost == "localhost"
        || (IPAddress.TryParse(Uri.IdnHost, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Parses a base URL that is in normal form.</summary>
    /// <param name="text">The text.</param>
    /// <param name="baseUrl">The base URL, if the text is valid.</param>
    /// <returns>Whether the text is a valid base URL.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out BaseUrl? baseUrl)
    {
        baseUrl = null;
        if (text is null || !Ascii.IsValid(text)) return false; // one host would have two spellings
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)) return false;
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) return false;
        if (!TryGetHost(uri, out _)) return false;
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0) return false;

        string normal = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            .TrimEnd('/');
        if (text != normal) return false;
        baseUrl = new BaseUrl(text, uri);
        return true;
    }

    /// <summary>Parses a base URL that is in normal form.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The base URL.</returns>
    /// <exception cref="ArgumentException">The text is not a valid base URL.</exception>
    public static BaseUrl Parse(string text) =>
        TryParse(text, out BaseUrl? baseUrl)
            ? baseUrl
            : throw new ArgumentException(FindProblem(text), nameof(text));

    /// <summary>Returns the reason why a text is not a base URL in normal form; null if it is one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A sentence that names the remedy, or null.</returns>
    public static string? FindProblem(string? text)
    {
        if (TryParse(text, out _)) return null;
        bool isUnicode = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && !Ascii.IsValid(uri.Host)
            && TryGetHost(uri, out _);
        return isUnicode
            ? $"'{text}' is not a valid base URL: its host must be in the ASCII form that is sent: '{uri!.IdnHost}'."
            : $"'{text}' is not a valid base URL: use http or https, host in lower case, a port only if it is not the default, and the path without a final slash, such as https://tracker.example/app.";
    }

    /// <summary>Returns the text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;

    /// <summary>
    /// Returns whether a request came for this URL: scheme, authority and path base are equal, byte for byte, and the
    /// target is below.
    /// </summary>
    internal bool IsOf(in IncomingRequest request) =>
        Uri.Scheme == request.Scheme
        && _authority == request.Host
        && _pathBase == request.PathBase
        && IsAtOrBelow(request.Target, "/?");

    /// <summary>
    /// Returns the reason for the administrator why a request came for none of the base URLs: the scheme alone differs,
    /// scheme, host or port do, or more.
    /// </summary>
    internal static RejectionReason Explain(RejectionReason other, BaseUrl[] baseUrls, IncomingRequest request)
    {
        if (Array.Exists(baseUrls, url => url.IsOf(request with { Scheme = url.Uri.Scheme })))
        {
            return RejectionReason.NotOurScheme;
        }

        return Array.Exists(baseUrls, url => url.IsOf(request with { Scheme = url.Uri.Scheme, Host = url._authority }))
            ? RejectionReason.NotOurOrigin
            : other;
    }

    /// <summary>Returns whether a URL is this one or below it, and cannot be read as one that is not.</summary>
    internal bool Covers(Uri uri)
    {
        if (!uri.IsAbsoluteUri || uri.Scheme != Uri.Scheme || uri.Port != Uri.Port || uri.UserInfo.Length > 0)
        {
            return false;
        }

        if (!TryGetHost(uri, out string host) || !string.Equals(host, Uri.IdnHost, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        if (Path.Length == 0) return true;

        return IsAtOrBelow(uri.AbsolutePath, "/") && !ClimbsUp(uri.AbsolutePath);
    }

    // Names that have no ASCII form (xn--ü) are detected only here.
    private static bool TryGetHost(Uri uri, out string host)
    {
        try
        {
            host = uri.IdnHost;
            return true;
        }
        catch (UriFormatException)
        {
            host = "";
            return false;
        }
    }

    private bool IsAtOrBelow(string path, string separators) =>
        path.StartsWith(Path, StringComparison.Ordinal)
        && (path.Length == Path.Length || separators.Contains(path[Path.Length], StringComparison.Ordinal));

    // A server that decodes slashes, or drops path parameters (Tomcat: "..;"), before it resolves dot segments would
    // leave the base path.
    private static bool ClimbsUp(string path)
    {
        string decoded = path;
        for (int round = 0; decoded.Contains('%', StringComparison.Ordinal) && round < MaxDecodings; round++)
        {
            decoded = Uri.UnescapeDataString(decoded);
        }

        if (decoded != Uri.UnescapeDataString(decoded)) return true; // no client encodes a path so often
        return HasForeignEncoding(decoded) || decoded.Split('/', '\\').Any(IsDots);
    }

    // Some servers cut a segment at a NUL, drop blanks at its end, or drop path parameters.
    private static bool IsDots(string segment) =>
        segment.Split(';', '\0')[0].TrimEnd([.. Enumerable.Range(0, ' ' + 1).Select(code => (char)code)]) is "." or "..";

    // Overlong UTF-8 (%c0%ae) and %u002e are dots to servers that decode too much. No client writes them.
    private static bool HasForeignEncoding(string decoded) =>
        _foreignEncodings.Any(start => decoded.Contains(start, StringComparison.OrdinalIgnoreCase));
}
