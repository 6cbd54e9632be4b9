using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TrustedApps.Replay;

/// <summary>
/// The replay keys of an assertion that has passed every check before the replay cache. Times are milliseconds since
/// 1970.
/// </summary>
public readonly struct ReplayEntry
{
    private readonly MarkPair _marks;
    private readonly int _count;

    private ReplayEntry(string applicationId, int count, long issuedAt, long until, long now)
    {
        ArgumentException.ThrowIfNullOrEmpty(applicationId);
        (ApplicationId, _count, IssuedAt, Until, Now) = (applicationId, count, issuedAt, until, now);
    }

    private ReplayEntry(string applicationId, UInt128 mark, long issuedAt, long until, long now)
        : this(applicationId, 1, issuedAt, until, now)
    {
        _marks[0] = new ReplayKey(mark, 0);
        IsSingleUse = true;
    }

    private ReplayEntry(
        string applicationId,
        ReadOnlySpan<ReplayKey> marks,
        long issuedAt,
        long until,
        long now,
        long ahead
    )
        : this(applicationId, marks.Length, issuedAt, until, now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ahead);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ahead, MaxAhead);
        Ahead = ahead;
        if (marks.Length == MaxMarks && marks[0].Key == marks[1].Key)
        {
            throw new ArgumentException("The two replay keys of an assertion must differ.", nameof(marks));
        }

        if (marks.Length is 0 or > MaxMarks)
        {
            throw new ArgumentException("An assertion must have one or two replay keys.", nameof(marks));
        }

        marks.CopyTo(_marks);
    }

    /// <summary>The maximum number of replay keys.</summary>
    public const int MaxMarks = 2;

    /// <summary>A day, in milliseconds: more than any trust allows.</summary>
    internal const long MaxAhead = 86_400_000;

    /// <summary>The trusted application. Applications do not see each other's replay keys.</summary>
    public string ApplicationId { get; }

    /// <summary>
    /// Whether the entry is of version 4: one replay key without a bound-to value, which is accepted once and is
    /// dropped by raising the horizon. Otherwise it is of versions 1 to 3 or of Warwick: an identical assertion has the
    /// same replay keys with the same bound-to values.
    /// </summary>
    public bool IsSingleUse { get; }

    /// <summary>
    /// The time at which the assertion was issued, by the consumer's clock. Authenticated together with the replay
    /// keys.
    /// </summary>
    public long IssuedAt { get; }

    /// <summary>
    /// The last moment at which the assertion is acceptable. Grows when the trust's time-out is raised.
    /// </summary>
    public long Until { get; }

    /// <summary>The moment at which the assertion was found acceptable, by the provider's clock.</summary>
    public long Now { get; }

    /// <summary>
    /// The time in milliseconds that the assertion may have been stamped ahead of the provider's clock: it was
    /// acceptable from <see cref="IssuedAt"/> minus this. Zero in version 4, where the store is configured with the
    /// clock skew.
    /// </summary>
    public long Ahead { get; }

    /// <summary>The first moment at which the assertion was acceptable; not negative.</summary>
    public long Since => Math.Max(Math.Max(IssuedAt, 0) - Ahead, 0);

    /// <summary>One replay key, or two; none in the default value.</summary>
    [UnscopedRef]
    public ReadOnlySpan<ReplayKey> Marks => ((ReadOnlySpan<ReplayKey>)_marks)[.._count];

    /// <summary>
    /// Returns the 128-bit form of a replay key for a table that all applications share: SHA-256 over the application
    /// id and the replay key. An application therefore cannot add or guess the replay keys of another.
    /// </summary>
    /// <param name="mark">The index of the replay key in <see cref="Marks"/>.</param>
    /// <returns>The 128-bit form.</returns>
    /// <exception cref="IndexOutOfRangeException">There is no such replay key.</exception>
    public UInt128 GetSharedKey(int mark) => ReplayKey.Digest(ApplicationId, Marks[mark].Key);

    /// <summary>
    /// Returns how long the application must wait after a start of the store, until a new assertion of an older version
    /// cannot have been accepted before that start.
    /// </summary>
    /// <param name="start">
    /// The last moment at which an assertion may have been accepted that the store does not hold, in milliseconds since
    /// 1970.
    /// </param>
    /// <returns>The time; null if this assertion cannot have been accepted before.</returns>
    public TimeSpan? GetStartupWait(long start) => StartupHorizon.FindWait(start, this);

    /// <summary>Creates an entry of version 4.</summary>
    /// <param name="applicationId">The trusted application.</param>
    /// <param name="mark">The replay key, which is accepted once.</param>
    /// <param name="issuedAt">
    /// The time at which the assertion was issued, in milliseconds since 1970; not negative. Authenticated together
    /// with the replay key: lookups use it.
    /// </param>
    /// <param name="until">
    /// The last moment at which it is acceptable, in milliseconds since 1970; not before <paramref name="issuedAt"/>.
    /// </param>
    /// <param name="now">The provider's clock, in milliseconds since 1970.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time is outside its range.</exception>
    public static ReplayEntry Once(string applicationId, UInt128 mark, long issuedAt, long until, long now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(issuedAt);
        ArgumentOutOfRangeException.ThrowIfLessThan(until, issuedAt);
        return new ReplayEntry(applicationId, mark, issuedAt, until, now);
    }

    /// <summary>Creates an entry of versions 1 to 3 or of Warwick.</summary>
    /// <param name="applicationId">The trusted application.</param>
    /// <param name="marks">
    /// The replay keys, each accepted once, or again only with the same bound-to value: one key, or two.
    /// </param>
    /// <param name="issuedAt">The time at which the assertion was issued, in milliseconds since 1970.</param>
    /// <param name="until">The last moment at which it is acceptable, in milliseconds since 1970.</param>
    /// <param name="now">The provider's clock, in milliseconds since 1970.</param>
    /// <param name="ahead">
    /// The time in milliseconds that the assertion may have been stamped ahead of the provider's clock; zero to a day.
    /// A store that lost its entries rejects assertions that may have been accepted before: if the value is too low, it
    /// accepts one again.
    /// </param>
    /// <returns>The entry.</returns>
    /// <exception cref="ArgumentException">The id is empty, or there are no replay keys or more than two.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ahead"/> is outside its range.</exception>
    public static ReplayEntry Legacy(
        string applicationId,
        ReadOnlySpan<ReplayKey> marks,
        long issuedAt,
        long until,
        long now,
        long ahead = 0
    ) => new(applicationId, marks, issuedAt, until, now, ahead);

    [InlineArray(MaxMarks)]
    private struct MarkPair
    {
        private ReplayKey _first;
    }
}
