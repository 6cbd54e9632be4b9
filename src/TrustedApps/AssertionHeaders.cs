using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using TrustedApps.Diagnostics;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>The headers of one assertion: what a consumer sets and a provider reads.</summary>
public readonly struct AssertionHeaders : IEquatable<AssertionHeaders>
{
    private readonly HeaderFamily? _family;

    internal AssertionHeaders(
        HeaderFamily family, string? applicationId, string? version, string? key, string? magic, string? cert, string? signature)
    {
        _family = family;
        (ApplicationId, Version, Key, Magic, Cert, Signature) = (applicationId, version, key, magic, cert, signature);
    }

    /// <summary>The names of all request headers of all versions, for whoever strips or forwards headers.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. HeaderFamily.All.SelectMany(family => family.RequestHeaders)];

    /// <summary>The names of the header without which a request is none of ours.</summary>
    internal static IReadOnlyList<string> CertNames { get; } = [.. HeaderFamily.All.Select(family => family.Cert)];

    internal string? ApplicationId { get; }

    internal string? Version { get; }

    internal string? Key { get; }

    internal string? Magic { get; }

    internal string? Cert { get; }

    internal string? Signature { get; }

    internal HeaderFamily Family => _family ?? HeaderFamily.Atlassian;

    /// <summary>Whether two sets of headers are equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are.</returns>
    public static bool operator ==(AssertionHeaders left, AssertionHeaders right) => left.Equals(right);

    /// <summary>Whether two sets of headers differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(AssertionHeaders left, AssertionHeaders right) => !left.Equals(right);

    /// <summary>The headers, name and value.</summary>
    /// <returns>Those that are set.</returns>
    public IEnumerable<KeyValuePair<string, string>> Enumerate()
    {
        if (ApplicationId is not null) yield return new(Family.Id, ApplicationId);
        if (Version is not null) yield return new(Family.Version!, Version);
        if (Key is not null) yield return new(Family.Key!, Key);
        if (Magic is not null) yield return new(Family.Magic!, Magic);
        if (Cert is not null) yield return new(Family.Cert, Cert);
        if (Signature is not null) yield return new(Family.Signature, Signature);
    }

    /// <inheritdoc/>
    public bool Equals(AssertionHeaders other) =>
        (Family, ApplicationId, Version, Key, Magic, Cert, Signature)
        == (other.Family, other.ApplicationId, other.Version, other.Key, other.Magic, other.Cert, other.Signature);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AssertionHeaders other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Family, ApplicationId, Key, Cert);

    /// <summary>Whether a request says that it is of version 4.</summary>
    internal static bool NamesVersion4(IDictionary<string, StringValues> headers)
    {
        if (!headers.TryGetValue(HeaderFamily.Atlassian.Version!, out StringValues versions)) return false;
        foreach (string? version in versions)
        {
            if (version == ProtocolVersion.Version4.Name) return true;
        }

        return false;
    }

    /// <summary>Reads the headers of a request.</summary>
    /// <param name="headers">All headers of the request.</param>
    /// <param name="read">The headers of ours.</param>
    /// <param name="refusal">Why they cannot be an assertion, when they are ours and malformed.</param>
    /// <returns>Whether there are any of ours that make an assertion, well-formed or not.</returns>
    internal static bool TryRead(
        IDictionary<string, StringValues> headers, out AssertionHeaders read, out Rejection? refusal)
    {
        bool seraph = TryRead(headers, HeaderFamily.Atlassian, out read, out string? duplicate);
        bool warwick = TryRead(headers, HeaderFamily.Warwick, out AssertionHeaders other, out string? otherDuplicate);
        if (warwick && !seraph) read = other;

        refusal = null;
        if ((duplicate ?? otherDuplicate) is { } name) refusal = new(RejectionReason.DuplicateHeader, name);
        else if (seraph && warwick) refusal = new(RejectionReason.MixedFamilies);
        return refusal is not null || !read.Cert.AsSpan().ContainsOnlyBlanks();
    }

    private static bool TryRead(
        IDictionary<string, StringValues> headers, HeaderFamily family, out AssertionHeaders read, out string? duplicate)
    {
        duplicate = null;
        bool found = false;
        read = new AssertionHeaders(
            family,
            ReadOne(headers, family.Id, ref found, ref duplicate),
            ReadOne(headers, family.Version, ref found, ref duplicate),
            ReadOne(headers, family.Key, ref found, ref duplicate),
            ReadOne(headers, family.Magic, ref found, ref duplicate),
            ReadOne(headers, family.Cert, ref found, ref duplicate),
            ReadOne(headers, family.Signature, ref found, ref duplicate));
        return found;
    }

    private static string? ReadOne(
        IDictionary<string, StringValues> headers, string? name, ref bool found, ref string? duplicate)
    {
        if (name is null || !headers.TryGetValue(name, out StringValues values) || values.Count == 0) return null;
        found = true;
        if (values.Count > 1) duplicate ??= name;
        return values[0];
    }
}
