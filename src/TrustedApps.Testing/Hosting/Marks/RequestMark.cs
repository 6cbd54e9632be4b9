using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Testing.Hosting.Marks;

/// <summary>
/// What a client of this package tells the application under test beside the request, in a header: how the request
/// looks as it arrives over a network, and whether a store of the provider must reject it.
/// </summary>
internal sealed record RequestMark
{
    public const string HeaderName = "TrustedApps-Testing";

    private static readonly AsyncLocal<RequestMark?> _current = new();

    /// <summary>The mark of the request that is being served; null outside of one, and where it has none.</summary>
    public static RequestMark? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }

    /// <summary>The scheme of the URL, such as https.</summary>
    public required string Scheme { get; init; }

    /// <summary>The Host header.</summary>
    public required string Host { get; init; }

    /// <summary>The path that a reverse proxy or a path base takes off the URL; empty for none.</summary>
    public required string BasePath { get; init; }

    /// <summary>The request target exactly as it is signed.</summary>
    public required string Target { get; init; }

    /// <summary>The address that the request comes from.</summary>
    public required string Address { get; init; }

    /// <summary>The code that a store of the provider causes; null for none.</summary>
    public ErrorCode? Rejection { get; init; }

    /// <summary>The Retry-After of UNAVAILABLE.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The time by which the provider's clock is ahead while it serves the request.</summary>
    public TimeSpan ClockShift { get; init; }

    /// <summary>Takes the mark off a request. One without the token comes from elsewhere and says nothing.</summary>
    /// <param name="headers">The headers of the request.</param>
    /// <param name="token">What the marks of clients of this host begin with.</param>
    public static RequestMark? Take(IHeaderDictionary headers, string token)
    {
        if (!headers.Remove(HeaderName, out StringValues values)) return null;
        string value = values.ToString();
        return value.Length > token.Length && AreEqual(value.AsSpan(0, token.Length), token)
            ? JsonSerializer.Deserialize<RequestMark>(value.AsSpan(token.Length))
            : null;
    }

    /// <summary>Returns the value of the header.</summary>
    /// <param name="token">What the marks of clients of the host begin with.</param>
    public string ToHeaderValue(string token) => token + JsonSerializer.Serialize(this);

    /// <summary>Returns the address that the request comes from.</summary>
    public IPAddress ToAddress() => IPAddress.Parse(Address);

    private static bool AreEqual(ReadOnlySpan<char> text, ReadOnlySpan<char> other) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(text), MemoryMarshal.AsBytes(other));
}
