namespace TrustedApps.Testing.Hosting.Marks;

/// <summary>The provider's clock, shifted while it serves a request whose mark demands that.</summary>
internal sealed class MarkedTimeProvider(TimeProvider inner) : TimeProvider
{
    /// <summary>The clock of the application.</summary>
    public TimeProvider Inner => inner;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() =>
        inner.GetUtcNow() + (RequestMark.Current?.ClockShift ?? TimeSpan.Zero);

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
