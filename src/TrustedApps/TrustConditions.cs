using TrustedApps.Conditions;

namespace TrustedApps;

/// <summary>
/// What a trusted application may do (specification legacy.md, section 4). Immutable. Patterns are parsed once, when
/// they are set; a bad one is refused there with its position.
/// </summary>
/// <remarks>Addresses and URLs have no default: say <c>*</c> to allow all of them.</remarks>
public sealed class TrustConditions
{
    private static readonly TimeSpan _minimumTimeout = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _maximumTimeout = TimeSpan.FromHours(24);

    /// <summary>Addresses that requests may come from.</summary>
    /// <value>At least one of: an IPv4 or IPv6 address, a CIDR network, IPv4 with <c>*</c> for an octet, <c>*</c> alone.</value>
    /// <exception cref="ArgumentException">No pattern, or a bad one.</exception>
    public required IReadOnlyList<string> Addresses
    {
        get;
        init => AddressCondition = new AddressCondition(field = Copy(value));
    }

    /// <summary>Paths, below the path base, that requests may ask for.</summary>
    /// <value>At least one of: a path (it and everything below), a path with <c>*</c> for a segment or <c>**</c> for any number, <c>*</c> alone.</value>
    /// <exception cref="ArgumentException">No pattern, or a bad one.</exception>
    public required IReadOnlyList<string> Urls
    {
        get;
        init => UrlCondition = new UrlCondition(field = Copy(value));
    }

    /// <summary>Versions that are accepted, at least one.</summary>
    /// <value>Default: version 3 alone. A trust is as weak as the weakest of them.</value>
    /// <exception cref="ArgumentException">No version, or a null among them.</exception>
    public IReadOnlyList<ProtocolVersion> Versions
    {
        get;
        init => field = Copy(value) is { Count: > 0 } versions && !versions.Contains(null!) ? versions : throw new ArgumentException("A trust accepts at least one version.", nameof(value));
    } = [ProtocolVersion.Atlassian3];

    /// <summary>Request methods that are allowed; legacy versions do not sign the method.</summary>
    /// <value>Default: GET and HEAD. Case-sensitive.</value>
    /// <exception cref="ArgumentException">No method, or no method's name.</exception>
    public IReadOnlyList<string> Methods
    {
        get;
        init => MethodCondition = new MethodCondition(field = Copy(value));
    } = ["GET", "HEAD"];

    /// <summary>The only users that requests may be made for; null allows every one.</summary>
    /// <value>Default null. Names, case-sensitive, with <c>*</c> for any run of characters.</value>
    public IReadOnlyList<string>? AllowUsers { get; init => field = value is null ? null : Copy(value); }

    /// <summary>Users that no request may be made for, even when allowed above.</summary>
    /// <value>Default none. Names, case-sensitive, with <c>*</c> for any run of characters.</value>
    public IReadOnlyList<string> DenyUsers { get; init => field = Copy(value); } = [];

    /// <summary>How long after its time stamp an assertion is acceptable.</summary>
    /// <value>Default 60 seconds; 1 millisecond to 24 hours.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, _minimumTimeout, nameof(Timeout));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, _maximumTimeout, nameof(Timeout));
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>How far ahead of this clock an assertion may be stamped, apart from 60 seconds of skew.</summary>
    /// <value>
    /// Default 15 minutes, because the newest Atlassian clients stamp that far ahead; zero to 15 minutes. A captured
    /// header set is usable for up to this plus <see cref="Timeout"/>: choose less for other clients.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan AllowanceAhead
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(AllowanceAhead));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(15), nameof(AllowanceAhead));
            field = value;
        }
    } = TimeSpan.FromMinutes(15);

    /// <summary>Whether every entry of every X-Forwarded-For header must match <see cref="Addresses"/> as well.</summary>
    public bool CheckForwardedFor { get; init; }

    /// <summary>Whether identical headers are refused the second time even with GET and HEAD. Old clients cache headers for 15 minutes.</summary>
    public bool RefuseReplays { get; init; }

    /// <summary>Whether a key of 1,024 to 2,047 bits is accepted. Such a key can be broken.</summary>
    public bool AllowWeakKeys { get; init; }

    internal AddressCondition AddressCondition { get; private init; } = null!; // set with the required Addresses

    internal UrlCondition UrlCondition { get; private init; } = null!; // set with the required Urls

    internal MethodCondition MethodCondition { get; private init; } = MethodCondition.ReadOnly;

    internal UserCondition UserCondition => field ??= new UserCondition(AllowUsers, DenyUsers);

    /// <summary>Whether a repetition could be refused at all where everything is signed: otherwise nothing need be remembered.</summary>
    internal bool RefusesRepetitions => RefuseReplays || !MethodCondition.IsReadOnly;

    internal long TimeoutMilliseconds => (long)Timeout.TotalMilliseconds;

    internal long AllowanceMilliseconds => (long)AllowanceAhead.TotalMilliseconds;

    private static IReadOnlyList<T> Copy<T>(IReadOnlyList<T> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values];
    }
}
