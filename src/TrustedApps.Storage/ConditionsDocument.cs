using System.Diagnostics.CodeAnalysis;

namespace TrustedApps.Storage;

/// <summary>What an application may do, as the store, the management API and the tool write it in JSON. See <see cref="TrustConditions"/> for ranges and patterns.</summary>
public sealed record ConditionsDocument
{
    /// <summary>Allowed addresses; at least one pattern, <c>*</c> for all.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Allowed paths; at least one pattern, <c>*</c> for all.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>Accepted versions; null for the default.</summary>
    public IReadOnlyList<string>? Versions { get; init; }

    /// <summary>Allowed methods; null for the default.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>The only users allowed; null for everyone.</summary>
    public IReadOnlyList<string>? AllowUsers { get; init; }

    /// <summary>Users not allowed.</summary>
    public IReadOnlyList<string> DenyUsers { get; init; } = [];

    /// <summary>How long after its time stamp an assertion is acceptable, in milliseconds; default 60,000.</summary>
    public long TimeoutMilliseconds { get; init; } = 60_000;

    /// <summary>How far ahead an assertion of an older version may be stamped, in milliseconds; default 900,000.</summary>
    public long AllowanceAheadMilliseconds { get; init; } = 900_000;

    /// <summary>Whether every entry of X-Forwarded-For must be allowed as well.</summary>
    public bool CheckForwardedFor { get; init; }

    /// <summary>Whether identical headers of an older version are refused the second time even with GET and HEAD.</summary>
    public bool RefuseReplays { get; init; }

    /// <summary>Whether a legacy key of 1,024 to 2,047 bits is accepted.</summary>
    public bool AllowWeakKeys { get; init; }

    /// <summary>Whether the application may act as itself, on behalf of no user. Version 4.</summary>
    public bool AllowSelf { get; init; }

    /// <summary>Whether content that the assertion does not bind is accepted. Version 4.</summary>
    public bool AllowUnboundContent { get; init; }

    /// <summary>Writes conditions.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <returns>The document.</returns>
    public static ConditionsDocument Of(TrustConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return new ConditionsDocument
        {
            Addresses = conditions.Addresses,
            Urls = conditions.Urls,
            Versions = conditions.Versions is null ? null : [.. conditions.Versions.Select(version => version.Name)],
            Methods = conditions.Methods,
            AllowUsers = conditions.AllowUsers,
            DenyUsers = conditions.DenyUsers,
            TimeoutMilliseconds = (long)conditions.Timeout.TotalMilliseconds,
            AllowanceAheadMilliseconds = (long)conditions.FutureTolerance.TotalMilliseconds,
            CheckForwardedFor = conditions.CheckForwardedFor,
            RefuseReplays = conditions.RefuseReplays,
            AllowWeakKeys = conditions.AllowWeakKeys,
            AllowSelf = conditions.AllowSelf,
            AllowUnboundContent = conditions.AllowUnboundContent,
        };
    }

    /// <summary>Reads the conditions.</summary>
    /// <returns>The conditions.</returns>
    /// <exception cref="ArgumentException">One of them cannot be used; the message says which and why.</exception>
    public TrustConditions ToConditions() => new()
    {
        Addresses = Require(Addresses, nameof(Addresses)),
        Urls = Require(Urls, nameof(Urls)),
        Versions = Require(Versions, nameof(Versions)) is { } versions ? [.. versions.Select(ProtocolVersion.Parse)] : null,
        Methods = Require(Methods, nameof(Methods)),
        AllowUsers = Require(AllowUsers, nameof(AllowUsers)),
        DenyUsers = Require(DenyUsers, nameof(DenyUsers)),
        Timeout = ToTime(TimeoutMilliseconds, nameof(TimeoutMilliseconds)),
        FutureTolerance = ToTime(AllowanceAheadMilliseconds, nameof(AllowanceAheadMilliseconds)),
        CheckForwardedFor = CheckForwardedFor,
        RefuseReplays = RefuseReplays,
        AllowWeakKeys = AllowWeakKeys,
        AllowSelf = AllowSelf,
        AllowUnboundContent = AllowUnboundContent,
    };

    // JSON may say null where a list has texts.
    [return: NotNullIfNotNull(nameof(texts))]
    private static IReadOnlyList<string>? Require(IReadOnlyList<string>? texts, string name) =>
        texts?.Any(text => text is null) == true ? throw new ArgumentException("There is a null in the list.", name) : texts;

    private static TimeSpan ToTime(long milliseconds, string name) => milliseconds is >= 0 and <= MaxMilliseconds
        ? TimeSpan.FromMilliseconds(milliseconds)
        : throw new ArgumentOutOfRangeException(name, milliseconds, "The time is zero to 24 hours, in milliseconds.");

    private const long MaxMilliseconds = 24 * 3600 * 1000;
}
