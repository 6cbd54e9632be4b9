using System.Net;
using TrustedApps.Conditions;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;

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
    private static readonly TimeSpan _minimumTimeoutOfVersion4 = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _maximumTimeoutOfVersion4 = TimeSpan.FromMinutes(15);

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
    /// <value>
    /// Default null: version 4 alone where the trust has a version 4 certificate, otherwise version 3 alone. A trust is as
    /// weak as the weakest of them.
    /// </value>
    /// <exception cref="ArgumentException">No version, or a null among them.</exception>
    public IReadOnlyList<ProtocolVersion>? Versions
    {
        get;
        init => field = value is null ? null : Copy(value) is { Count: > 0 } versions && !versions.Contains(null!) ? versions : throw new ArgumentException("A trust accepts at least one version.", nameof(value));
    }

    /// <summary>Request methods that are allowed. Case-sensitive.</summary>
    /// <value>Default null: under version 4 all of them, under older versions, which do not sign the method, GET and HEAD.</value>
    /// <exception cref="ArgumentException">No method, or no method's name.</exception>
    public IReadOnlyList<string>? Methods
    {
        get;
        init => _methods = (field = value is null ? null : Copy(value)) is { } methods ? new MethodCondition(methods) : null;
    }

    /// <summary>The only users that requests may be made for; null allows every one.</summary>
    /// <value>Default null. Names, case-sensitive, with <c>*</c> for any run of characters.</value>
    public IReadOnlyList<string>? AllowUsers { get; init => field = value is null ? null : Copy(value); }

    /// <summary>Users that no request may be made for, even when allowed above.</summary>
    /// <value>Default none. Names, case-sensitive, with <c>*</c> for any run of characters.</value>
    public IReadOnlyList<string> DenyUsers { get; init => field = Copy(value); } = [];

    /// <summary>How long after its time stamp an assertion is acceptable; under version 4 the verifier's clock skew comes on top.</summary>
    /// <value>Default 60 seconds; 1 millisecond to 24 hours; under version 4 1 second to 15 minutes.</value>
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

    /// <summary>Whether the application may act as itself, on behalf of no user. Version 4 only.</summary>
    public bool AllowSelf { get; init; }

    /// <summary>Whether content that the assertion does not bind is accepted when the application says so. Version 4 only.</summary>
    public bool AllowUnboundContent { get; init; }

    /// <summary>How far ahead of this clock an assertion may be stamped, apart from 60 seconds of skew. Not used by version 4.</summary>
    /// <value>
    /// Default 15 minutes, because the newest Atlassian clients stamp that far ahead; zero to 15 minutes. A captured
    /// header set is usable for up to this plus <see cref="Timeout"/>: choose less for other clients.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan FutureTolerance
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(FutureTolerance));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(15), nameof(FutureTolerance));
            field = value;
        }
    } = TimeSpan.FromMinutes(15);

    /// <summary>Whether every entry of every X-Forwarded-For header must match <see cref="Addresses"/> as well.</summary>
    public bool CheckForwardedFor { get; init; }

    /// <summary>Whether identical headers are refused the second time even with GET and HEAD. Old clients cache headers for 15 minutes.</summary>
    public bool RefuseReplays { get; init; }

    /// <summary>Whether a key of 1,024 to 2,047 bits is accepted. Such a key can be broken.</summary>
    public bool AllowWeakKeys { get; init; }

    private MethodCondition? _methods;

    /// <summary>
    /// Says whether a request would be allowed, in the order in which requests are checked. For administrators who try
    /// their conditions out: time, signature and replay are not looked at, nor what the user resolver says.
    /// </summary>
    /// <param name="version">The version spoken.</param>
    /// <param name="address">Where the request comes from.</param>
    /// <param name="method">Its method.</param>
    /// <param name="target">Its path and query, below the path base.</param>
    /// <param name="user">The user; null for the application itself.</param>
    /// <returns>Why it would be refused; null if it would be allowed.</returns>
    public Rejection? FindRejection(ProtocolVersion version, IPAddress? address, string method, string target, string? user)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(target);
        if (!AddressCondition.Allows(address)) return new Rejection(RejectionReason.AddressNotAllowed, address?.ToString());
        if (!AllowsMethod(method, version)) return new Rejection(RejectionReason.MethodNotAllowed, method);
        if (!UrlCondition.Allows(target, pathBase: "", routedPath: null)) return new Rejection(RejectionReason.UrlNotAllowed, target);
        if (user is null && !AllowSelf) return new Rejection(RejectionReason.SelfNotAllowed, "The application");
        return user is not null && !UserCondition.Allows(user) ? new Rejection(RejectionReason.UserNotAllowed, "the application", user) : null;
    }

    internal AddressCondition AddressCondition { get; private init; } = null!; // set with the required Addresses

    internal UrlCondition UrlCondition { get; private init; } = null!; // set with the required Urls

    internal UserCondition UserCondition => field ??= new UserCondition(AllowUsers, DenyUsers);

    /// <summary>Whether a repetition could be refused at all where everything is signed: otherwise nothing need be remembered. Legacy versions.</summary>
    internal bool RejectsRepetitions => RefuseReplays || _methods is { IsReadOnly: false };

    internal long TimeoutMilliseconds => (long)Timeout.TotalMilliseconds;

    internal long FutureToleranceMilliseconds => (long)FutureTolerance.TotalMilliseconds;

    internal bool AllowsMethod(string method, ProtocolVersion version) => _methods is not null
        ? _methods.Allows(method)
        : version.Traits.BindsMethod || MethodCondition.IsSafe(method);

    /// <summary>Whether an older version is among the accepted ones.</summary>
    internal bool Names(ProtocolVersion version)
    {
        if (Versions is null) return ReferenceEquals(version, ProtocolVersion.Atlassian3);
        for (int index = 0; index < Versions.Count; index++)
        {
            if (ReferenceEquals(Versions[index], version)) return true;
        }

        return false;
    }

    internal void RequireVersion4()
    {
        _ = UserCondition; // a bad pattern shows here, not at the first request
        if (Versions is not null && Versions.Any(version => version.IsLegacy)) throw new ArgumentException("These are the conditions of version 4: an older version has conditions and an end date of its own.");
        if (Timeout < _minimumTimeoutOfVersion4 || Timeout > _maximumTimeoutOfVersion4) throw new ArgumentException("Under version 4 the time-out is 1 second to 15 minutes.");
    }

    internal void RequireLegacy(RsaPublicKey key)
    {
        _ = UserCondition; // a bad pattern shows here, not at the first request
        if (Versions is not null && Versions.Any(version => !version.IsLegacy)) throw new ArgumentException("Version 4 needs the application's version 4 certificate; a public key alone serves older versions only.");
        if (AllowSelf || AllowUnboundContent) throw new ArgumentException("AllowSelf and AllowUnboundContent are for version 4 only.");
        KeyStrength.Require(key, AllowWeakKeys);
    }

    private static IReadOnlyList<T> Copy<T>(IReadOnlyList<T> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values];
    }
}
