using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using TrustedApps.Content;

namespace TrustedApps;

/// <summary>
/// The binding of a request's content to its assertion (specification version-4.md, section 4). The default value
/// stands for a request without content. Older versions bind no content.
/// </summary>
[SuppressMessage("Performance", "CA1815", Justification = "Bindings are used once, not compared.")]
public readonly struct ContentBinding
{
    // Outer spaces and tabs are not part of a field value (RFC 9110 section 5.5): HTTP implementations drop them.
    private ContentBinding(ContentDigest claim, string? contentType) =>
        (Claim, ContentType) = (claim, contentType?.Trim(' ', '\t'));

    /// <summary>
    /// The Content-Type field value as sent, without outer spaces and tabs; null if the request has none.
    /// </summary>
    public string? ContentType { get; }

    internal ContentDigest Claim { get; }

    /// <summary>Binds content by its SHA-256 digest (RFC 9530).</summary>
    /// <param name="content">
    /// The content as sent, content coding included. Empty content means a request without content.
    /// </param>
    /// <param name="contentType">The Content-Type field value, exactly as sent; null if the request has none.</param>
    /// <returns>The binding.</returns>
    public static ContentBinding Of(ReadOnlySpan<byte> content, string? contentType)
    {
        if (content.IsEmpty) return default;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return new(ContentDigest.OfHash(hash), contentType);
    }

    /// <summary>Leaves content unbound, which the provider must allow.</summary>
    /// <param name="contentType">The Content-Type field value, exactly as sent; null if the request has none.</param>
    /// <returns>The binding.</returns>
    public static ContentBinding Unbound(string? contentType) => new(ContentDigest.Unbound, contentType);
}
