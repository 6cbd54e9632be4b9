namespace TrustedApps;

/// <summary>The headers of one assertion. A consumer sets them, and a provider reads them.</summary>
public readonly struct AssertionHeaders : IEquatable<AssertionHeaders>
{
    private readonly HeaderFamily? _family;

    internal AssertionHeaders(
        HeaderFamily family,
        string? applicationId,
        string? version,
        string? key,
        string? magic,
        string? cert,
        string? signature
    )
    {
        _family = family;
        (ApplicationId, Version, Key, Magic, Cert, Signature) = (applicationId, version, key, magic, cert, signature);
    }

    /// <summary>
    /// The names of all request headers of all versions, such as for a proxy that removes or forwards them.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    [.. HeaderFamily.All.SelectMany(family => family.RequestHeaders)];

    /// <summary>
    /// The names of the headers that hold an assertion, one for each dialect. A request without any is not a trusted
    /// request.
    /// </summary>
    public static IReadOnlyList<string> CertNames { get; } = [.. HeaderFamily.All.Select(family => family.Cert)];

    internal string? ApplicationId { get; }

    internal string? Version { get; }

    internal string? Key { get; }

    internal string? Magic { get; }

    internal string? Cert { get; }

    internal string? Signature { get; }

    internal HeaderFamily Family => _family ?? HeaderFamily.Atlassian;

    /// <summary>Returns whether two sets of headers are equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are.</returns>
    public static bool operator ==(AssertionHeaders left, AssertionHeaders right) => left.Equals(right);

    /// <summary>Returns whether two sets of headers differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(AssertionHeaders left, AssertionHeaders right) => !left.Equals(right);

    /// <summary>Returns the names and values of the headers.</summary>
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

    /// <summary>
    /// Finds the version that the headers name, character for character; null when it is not a known one.
    /// </summary>
    internal ProtocolVersion? FindVersion()
    {
        if (Family == HeaderFamily.Warwick) return ProtocolVersion.Warwick;
        return ProtocolVersion.TryParse(Version, out ProtocolVersion? version) && version != ProtocolVersion.Warwick
            ? version
            : null;
    }
}
