using System.Net;
using System.Runtime.CompilerServices;
using TrustedApps.Conditions;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>
/// The conditions under which a trusted application may make requests (specification legacy.md, section 4). Immutable:
/// <c>with</c> makes changed copies. Patterns are parsed once, when they are set; a bad one is rejected there with its
/// position.
/// </summary>
/// <remarks>
/// Addresses and URLs have no default: <c>*</c> allows all of them. Two instances are equal only if they are the same
/// one; to compare values, compare the JSON of <see cref="ConditionsDocument"/>. <see cref="ConditionMembers"/>
/// describes each member.
/// </remarks>
/// <example>
/// <code>
/// var conditions = new TrustConditions
/// {
///     Addresses = ["10.1.0.0/16", "2001:db8::/32"],
///     Urls = ["/rest/api"],
///     Methods = ["GET"],
///     DenyUsers = ["admin*"],
/// };
/// TrustConditions shorter = conditions with { Timeout = TimeSpan.FromSeconds(20) };
/// </code>
/// </example>
public sealed record TrustConditions
{
    private static readonly TimeSpan _minimumTimeout = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _maximumTimeout = TimeSpan.FromHours(24);
    private static readonly TimeSpan _minimumTimeoutOfVersion4 = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _maximumTimeoutOfVersion4 = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan _maximumFutureTolerance = TimeSpan.FromMinutes(15);
    private static readonly UserCondition _everyUser = new(allow: null, deny: []);

    /// <summary>Addresses that requests may come from.</summary>
    /// <value>
    /// At least one of: an IPv4 or IPv6 address, a CIDR network, IPv4 with <c>*</c> for an octet, <c>*</c> alone.
    /// </value>
    /// <exception cref="ArgumentException">There is no pattern, or one is not valid.</exception>
    public required IReadOnlyList<string> Addresses
    {
        get;
        init => AddressCondition = new AddressCondition(field = Copy(value));
    }

    /// <summary>Paths, below the path base, that requests may ask for.</summary>
    /// <value>
    /// At least one of: a path, which includes everything below it; a path with <c>*</c> for a segment or <c>**</c> for
    /// any number of segments; <c>*</c> alone.
    /// </value>
    /// <exception cref="ArgumentException">There is no pattern, or one is not valid.</exception>
    public required IReadOnlyList<string> Urls
    {
        get;
        init => UrlCondition = new UrlCondition(field = Copy(value));
    }

    /// <summary>Versions that are accepted, at least one.</summary>
    /// <value>
    /// Default null: version 4 alone where the trust has a version 4 certificate, otherwise version 3 alone. A trust is
    /// as weak as the weakest of them.
    /// </value>
    /// <exception cref="ArgumentException">There is no version, or a null among them.</exception>
    public IReadOnlyList<ProtocolVersion>? Versions
    {
        get;
        init => field = value is null ? null : RequireVersions(Copy(value));
    }

    /// <summary>Request methods that are allowed. Case-sensitive.</summary>
    /// <value>
    /// Default null: under version 4 all of them, under older versions, which do not sign the method, GET and HEAD.
    /// </value>
    /// <exception cref="ArgumentException">There is no method, or one is not the name of a method.</exception>
    public IReadOnlyList<string>? Methods
    {
        get;
        init =>
            _methods = (field = value is null ? null : Copy(value)) is { } methods
                ? new MethodCondition(methods)
                : null;
    }

    /// <summary>The only users that requests may be made for; null allows every user.</summary>
    /// <value>Default null. Names, case-sensitive, with <c>*</c> for any run of characters.</value>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public IReadOnlyList<string>? AllowUsers
    {
        get;
        init => UserCondition = new UserCondition(field = value is null ? null : Copy(value), DenyUsers);
    }

    /// <summary>Users that no request may be made for, even when <see cref="AllowUsers"/> allows them.</summary>
    /// <value>Default none. Names, case-sensitive, with <c>*</c> for any run of characters.</value>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public IReadOnlyList<string> DenyUsers
    {
        get;
        init => UserCondition = new UserCondition(AllowUsers, field = Copy(value));
    } = [];

    /// <summary>The time after its time stamp for which an assertion is acceptable.</summary>
    /// <value>Default 60 seconds; 1 millisecond to 24 hours; under version 4 1 second to 15 minutes.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of that range.</exception>
    /// <remarks>Under version 4 the verifier's clock skew comes on top.</remarks>
    public TimeSpan Timeout
    {
        get;
        init =>
            field =
                value >= _minimumTimeout && value <= _maximumTimeout
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(value),
                        $"The time-out must be 1 millisecond to 24 hours; it is {value}."
                    );
    } = TimeSpan.FromSeconds(60);

    /// <summary>Whether the application may act as itself, on behalf of no user. Version 4 only.</summary>
    public bool AllowSelf { get; init; }

    /// <summary>
    /// Whether content that the assertion does not bind is accepted if the application declares it unbound. Version 4
    /// only.
    /// </summary>
    public bool AllowUnboundContent { get; init; }

    /// <summary>
    /// Whether the application may pass on what other applications asked of it in the user's name (claim <c>act</c>).
    /// What it says about them is its word alone. Version 4 only.
    /// </summary>
    public bool AllowDelegation { get; init; }

    /// <summary>
    /// The applications for which the application may pass requests on; every one in between must be among them.
    /// Version 4 only.
    /// </summary>
    /// <value>
    /// Default null: any, if <see cref="AllowDelegation"/> is set. Application ids; an empty list allows none.
    /// </value>
    /// <exception cref="ArgumentException">A text is not an application id of version 4.</exception>
    public IReadOnlyList<string>? DelegatedFrom
    {
        get;
        init => field = value is null ? null : RequireIds(Copy(value));
    }

    /// <summary>The scopes that requests may be narrowed to (RFC 8693 section 4.2). Version 4 only.</summary>
    /// <value>
    /// Default none: then a request that names a scope is rejected. A request that names none has all of these. Names
    /// of 1 to 64 printable characters without space, quote and backslash.
    /// </value>
    /// <exception cref="ArgumentException">A text is not the name of a scope, or is there twice.</exception>
    public IReadOnlyList<string> Scopes
    {
        get;
        init => field = RequireScopes(Copy(value));
    } = [];

    /// <summary>
    /// The time that an assertion may be stamped ahead of this clock, in addition to 60 seconds of skew. Not used by
    /// version 4.
    /// </summary>
    /// <value>
    /// Default 15 minutes, because the newest Atlassian clients stamp that far ahead; zero to 15 minutes. A captured
    /// header set is usable for up to this plus <see cref="Timeout"/>: choose less for other clients.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of that range.</exception>
    public TimeSpan FutureTolerance
    {
        get;
        init =>
            field =
                value >= TimeSpan.Zero && value <= _maximumFutureTolerance
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(value),
                        $"The future tolerance must be zero to 15 minutes; it is {value}."
                    );
    } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Whether every entry of every X-Forwarded-For header must match <see cref="Addresses"/> as well.
    /// </summary>
    public bool CheckForwardedFor { get; init; }

    /// <summary>
    /// Whether identical headers are rejected the second time even with GET and HEAD. Not used by version 4. Old
    /// clients cache headers for 15 minutes.
    /// </summary>
    public bool RefuseReplays { get; init; }

    /// <summary>Whether a legacy key of 1,024 to 2,047 bits is accepted. Such a key can be broken.</summary>
    public bool AllowWeakKeys { get; init; }

    private readonly MethodCondition? _methods;

    /// <summary>
    /// Finds the condition that would reject a request, in the order in which requests are checked. For administrators
    /// who test conditions: time, signature, replay and the user resolver are not checked. The request is one that
    /// no other application asked for and that names no scope: AllowDelegation, DelegatedFrom and Scopes are not
    /// checked.
    /// </summary>
    /// <param name="version">The version of the request.</param>
    /// <param name="address">The address that the request comes from.</param>
    /// <param name="method">Its method.</param>
    /// <param name="target">Its path and query, below the path base.</param>
    /// <param name="user">The user; null for the application itself.</param>
    /// <returns>The reason to reject it; null if it would be allowed.</returns>
    public Rejection? FindRejection(
        ProtocolVersion version,
        IPAddress? address,
        string method,
        string target,
        string? user
    )
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(target);
        if (!AddressCondition.Allows(address))
        {
            return new Rejection(RejectionReason.AddressNotAllowed, address?.ToString());
        }

        if (!AllowsMethod(method, version)) return new Rejection(RejectionReason.MethodNotAllowed, method);
        if (!UrlCondition.Allows(target, pathBase: "", routedPath: null))
        {
            return new Rejection(RejectionReason.UrlNotAllowed, target);
        }

        if (user is null) return AllowSelf ? null : new Rejection(RejectionReason.SelfNotAllowed, "The application");
        return UserCondition.Allows(user)
            ? null
            : new Rejection(RejectionReason.UserNotAllowed, "the application", user);
    }

    /// <summary>Returns whether this is the same instance.</summary>
    /// <param name="other">Other conditions.</param>
    /// <returns>Whether it is.</returns>
    public bool Equals(TrustConditions? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    internal AddressCondition AddressCondition { get; private init; } = null!; // set with the required Addresses

    internal UrlCondition UrlCondition { get; private init; } = null!; // set with the required Urls

    internal UserCondition UserCondition { get; private init; } = _everyUser;

    /// <summary>
    /// Whether a repetition can be rejected although everything is signed. Otherwise no replay key is needed. Older
    /// versions only.
    /// </summary>
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

    /// <summary>Throws if version 4 cannot use these conditions.</summary>
    /// <exception cref="ArgumentException">
    /// A condition is for older versions, or is outside the range of version 4. The message names it.
    /// </exception>
    public void RequireVersion4()
    {
        if (Versions?.Any(version => version.IsLegacy) == true)
        {
            throw new ArgumentException(
                "These are the conditions of version 4: an older version has conditions and an end date of its own."
            );
        }

        if (Timeout >= _minimumTimeoutOfVersion4 && Timeout <= _maximumTimeoutOfVersion4) return;
        throw new ArgumentException($"Under version 4 the time-out must be 1 second to 15 minutes; it is {Timeout}.");
    }

    /// <summary>Whether the trust lets the application pass on what these applications asked of it.</summary>
    internal bool AllowsActors(IReadOnlyList<string> actors)
    {
        if (!AllowDelegation) return false;
        if (DelegatedFrom is not { } allowed) return true;
        foreach (string actor in actors)
        {
            if (!allowed.Contains(actor, StringComparer.Ordinal)) return false;
        }

        return true;
    }

    /// <summary>Finds the first scope that the trust does not allow.</summary>
    internal string? FindForbiddenScope(IReadOnlyList<string> scopes)
    {
        foreach (string scope in scopes)
        {
            if (!Scopes.Contains(scope, StringComparer.Ordinal)) return scope;
        }

        return null;
    }

    /// <exception cref="ArgumentException">A condition is not usable under older versions.</exception>
    internal void RequireLegacy(RsaPublicKey key)
    {
        if (Versions?.Any(version => !version.IsLegacy) == true)
        {
            throw new ArgumentException(
                "Version 4 needs the application's version 4 certificate; a public key alone serves older versions only."
            );
        }

        if (AllowSelf || AllowUnboundContent || AllowDelegation || DelegatedFrom is not null || Scopes.Count > 0)
        {
            throw new ArgumentException(
                "AllowSelf, AllowUnboundContent, AllowDelegation, DelegatedFrom and Scopes are for version 4 only.");
        }

        KeyStrength.Require(key, AllowWeakKeys);
    }

    private static IReadOnlyList<ProtocolVersion> RequireVersions(IReadOnlyList<ProtocolVersion> versions) =>
        versions.Count > 0 && !versions.Contains(null!)
            ? versions
            : throw new ArgumentException("A trust must accept at least one version.", nameof(versions));

    private static IReadOnlyList<string> RequireIds(IReadOnlyList<string> ids) =>
        ids.FirstOrDefault(id => !ApplicationIdSyntax.IsForVersion4(id)) is { } wrong
            ? throw new ArgumentException(
                $"'{wrong}' is not an application id: 1 to 128 letters, digits and the characters . _ : -")
            : ids;

    private static IReadOnlyList<string> RequireScopes(IReadOnlyList<string> scopes)
    {
        if (scopes.FirstOrDefault(scope => !ScopeName.IsValid(scope)) is { } wrong)
        {
            throw new ArgumentException(
                $"'{wrong}' is not the name of a scope: 1 to 64 printable characters without space, quote and backslash.");
        }

        return scopes.Distinct(StringComparer.Ordinal).Count() == scopes.Count
            ? scopes
            : throw new ArgumentException("A scope is listed twice.");
    }

    private static IReadOnlyList<T> Copy<T>(IReadOnlyList<T> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values];
    }
}
