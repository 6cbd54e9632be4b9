using System.Text.Json;

namespace TrustedApps.Conditions;

/// <summary>A condition that is a time. JSON has it in milliseconds.</summary>
public sealed class TimeMember : ConditionMember
{
    private static readonly TimeSpan _maximum = TimeSpan.FromHours(24); // no condition allows more

    private readonly Func<TrustConditions, TimeSpan> _get;
    private readonly Func<TrustConditions, TimeSpan, TrustConditions> _set;

    internal TimeMember(Func<TrustConditions, TimeSpan> get, Func<TrustConditions, TimeSpan, TrustConditions> set) =>
        (_get, _set) = (get, set);

    /// <summary>Returns the time of some conditions.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <returns>The time.</returns>
    public TimeSpan Get(TrustConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return _get(conditions);
    }

    /// <summary>Returns conditions with another time.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="value">The time.</param>
    /// <returns>The conditions with the time.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is outside of the range of the condition.</exception>
    public TrustConditions Set(TrustConditions conditions, TimeSpan value)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return _set(conditions, value);
    }

    internal override TrustConditions SetValue(TrustConditions conditions, object value) => value switch
    {
        TimeSpan time => Set(conditions, time),
        long milliseconds => Set(conditions, FromMilliseconds(milliseconds)),
        _ => throw new ArgumentException($"{Name} must be a time."),
    };

    internal override object GetValue(TrustConditions conditions) => (long)Get(conditions).TotalMilliseconds;

    internal override void Write(Utf8JsonWriter json, object value) => json.WriteNumber(JsonName, (long)value);

    internal override object Read(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long milliseconds)
            ? milliseconds
            : throw Wrong("a whole number of milliseconds");

    private static TimeSpan FromMilliseconds(long milliseconds)
    {
        if (milliseconds >= 0 && milliseconds <= _maximum.TotalMilliseconds)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        throw new ArgumentException("The time must be 0 to 86400000 milliseconds, which is 24 hours.");
    }
}
