namespace TrustedApps.Client;

/// <summary>
/// Whether the provider of a client has answered its last request, whatever the answer. Safe for concurrent use.
/// </summary>
internal sealed class ProviderContact
{
    private long _answeredAt; // ticks; 0 if it never did
    private Failure? _failure;

    /// <summary>The time of the last answer; null before the first.</summary>
    public DateTimeOffset? AnsweredAt =>
        Volatile.Read(ref _answeredAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>The last attempt without an answer, and the reason; null if the provider has answered since.</summary>
    public (DateTimeOffset At, string Reason)? LastFailure =>
        Volatile.Read(ref _failure) is { } failure ? (failure.At, failure.Reason) : null;

    public void Answered(DateTimeOffset now)
    {
        Volatile.Write(ref _answeredAt, now.UtcTicks);
        if (Volatile.Read(ref _failure) is not null) Volatile.Write(ref _failure, null);
    }

    public void Failed(DateTimeOffset now, string reason) => Volatile.Write(ref _failure, new Failure(now, reason));

    private sealed record Failure(DateTimeOffset At, string Reason);
}
