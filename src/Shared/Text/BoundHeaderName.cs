using System.Buffers;

namespace TrustedApps.Text;

/// <summary>
/// The names of headers that an assertion may bind (claim <c>hdr</c>, specification version-4.md, section 4):
/// lower-case tokens, without those that other claims bind and those that intermediaries change.
/// </summary>
internal static class BoundHeaderName
{
    /// <summary>The number of headers that one request may bind.</summary>
    public const int MaxCount = 8;

    /// <summary>The number of characters of all names and values of one request.</summary>
    public const int MaxTotalLength = 1024;

    private static readonly SearchValues<char> _tokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"); // RFC 9110 section 5.6.2

    private static readonly HashSet<string> _excluded = new(StringComparer.Ordinal)
    {
        "host", "content-type", "content-length", "cookie",
        // hop by hop
        "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect",
        // written by proxies
        "via", "forwarded", "accept-encoding",
    };

    private static readonly string[] _excludedPrefixes =
        ["x-seraph-trusted-app-", "x-trusted-app-", "proxy-", "x-forwarded-"];

    /// <summary>Whether the name, in lower case, may be bound.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxTotalLength
        && !name.AsSpan().ContainsAnyExcept(_tokenCharacters)
        && !_excluded.Contains(name)
        && !Array.Exists(_excludedPrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Explains that a name in a setting is not valid.</summary>
    public static string Explain(string setting, string name) =>
        $"{setting}: '{name}' cannot be bound by an assertion. List a header that the consumer writes itself, such as Idempotency-Key: not one that has a claim of its own (Host, Content-Type), that belongs to a connection, or that proxies write.";

    /// <exception cref="ArgumentException">The name, in any case, may not be bound.</exception>
    public static void Require(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsValid(name.ToLowerInvariant())) throw new ArgumentException(Explain("BindHeader", name), nameof(name));
    }

    /// <summary>
    /// Whether the value has only printable ASCII, spaces and tabs, and no spaces and tabs at its ends.
    /// </summary>
    public static bool IsValidValue(string value) =>
        value.Length <= MaxTotalLength
        && value.Length == value.AsSpan().Trim(" \t").Length
        && FieldValue.IsPrintable(value);
}
