namespace TrustedApps.Keys;

/// <summary>
/// The rotation of encryption keys by the clock (specification version-4.md, section 2). Each step is due at a time
/// that the keys state themselves, so nodes that share a store agree, and the keys of a restored backup whose time is
/// over are destroyed although the store has not seen the steps in between.
/// </summary>
/// <param name="interval">The time for which a key is in use; zero for no rotation.</param>
internal sealed class EncryptionKeySchedule(TimeSpan interval)
{
    /// <summary>
    /// The time from the publication of a key to its use. Every node that shares a store reads it at least once an
    /// hour, or refuses requests: each has the key before others wrap to it.
    /// </summary>
    public static readonly TimeSpan Lead = TimeSpan.FromHours(2);

    // Between two nodes, each within a minute of their database. What is further ahead was set by a clock that has been
    // corrected since.
    private static readonly TimeSpan _clockDifference = TimeSpan.FromMinutes(2);

    // Others refuse a certificate that was issued later than that.
    private static readonly TimeSpan _maxAhead = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan _minInterval = TimeSpan.FromDays(1);
    private static readonly TimeSpan _maxInterval = TimeSpan.FromDays(90);

    /// <exception cref="ArgumentOutOfRangeException">The interval is neither zero nor in its range.</exception>
    public static EncryptionKeySchedule Of(TimeSpan interval) =>
        interval == TimeSpan.Zero || (interval >= _minInterval && interval <= _maxInterval)
            ? new EncryptionKeySchedule(interval)
            : throw new ArgumentOutOfRangeException(nameof(interval), interval, "Use zero, or 1 to 90 days.");

    /// <summary>Takes the steps that are due. Returns the same keys if none is.</summary>
    /// <param name="ring">The keys.</param>
    /// <param name="now">The time.</param>
    /// <param name="isInUse">
    /// Whether the keys have been in use until now. Then they are no restored backup: late steps destroy nothing that
    /// others still wrap to.
    /// </param>
    public KeyRing Advance(KeyRing ring, DateTimeOffset now, bool isInUse)
    {
        while (FindStep(ring, now, isInUse) is { } step && step.At <= now) ring = step.Take();
        return ring;
    }

    /// <summary>The time of the next step, which may be over; null if there is none.</summary>
    public DateTimeOffset? FindNextStep(KeyRing ring, DateTimeOffset now) => FindStep(ring, now, isInUse: false)?.At;

    private Step? FindStep(KeyRing ring, DateTimeOffset now, bool isInUse)
    {
        if (ring.ChangedAt > now + _maxAhead) return new Step(now, () => new KeyRing(ring.Keys, now));
        // a key elsewhere has its successor made there
        Step? rotation = ring.Find(KeyUse.Encryption) is { IsInProcess: true } current
            ? FindRotation(ring, current, ring.Find(KeyUse.Encryption, KeyStatus.Next), now, isInUse)
            : null;
        return ring.FindFirstEnd() is { } end && !(rotation?.At <= end)
            ? new Step(end, () => ring.WithoutExpired(now))
            : rotation;
    }

    private Step? FindRotation(
        KeyRing ring, PrivateKey current, PrivateKey? next, DateTimeOffset now, bool isInUse)
    {
        DateTimeOffset? over = isInUse ? null : current.DueAt + KeyRing.EncryptionAfterlife;
        if (interval == TimeSpan.Zero)
        {
            if (over <= now) return new Step(now, () => StartAnew(ring, now));
            PrivateKey? scheduled = current.DueAt is not null ? current : next?.DueAt is not null ? next : null;
            return scheduled is null ? null : new Step(now, () => Schedule(ring, scheduled, dueAt: null));
        }

        // the first time, or after a longer interval, or set by a clock that has been corrected since
        if (current.DueAt is not { } end || end > now + interval + _clockDifference)
        {
            DateTimeOffset dueAt = WholeSeconds(now + interval);
            return new Step(now, () => Schedule(ring, current, dueAt));
        }

        DateTimeOffset? start = next?.DueAt is { } stated && stated <= now + Lead + _clockDifference ? stated : null;
        if (start is not null)
        {
            DateTimeOffset at = over < start ? over.Value : start.Value;
            return new Step(at, () => PutInUse(ring, current, next!, isInUse ? now : end, now));
        }

        return over <= now
            ? new Step(over.Value, () => StartAnew(ring, now))
            : new Step(end - Lead, () => Publish(ring, current, next, now, isInUse));
    }

    private static KeyRing Publish(
        KeyRing ring, PrivateKey current, PrivateKey? next, DateTimeOffset now, bool isInUse)
    {
        DateTimeOffset soonest = WholeSeconds(now + Lead);
        DateTimeOffset start = current.DueAt > soonest ? current.DueAt.Value : soonest;
        if (isInUse && start != current.DueAt) ring = Schedule(ring, current, start); // all nodes see that it still is
        if (next is not null) return Schedule(ring, next, start); // an administrator has published it
        next = PrivateKey.Generate(KeyUse.Encryption, current.PublicKey.Bits).As(KeyStatus.Next, dueAt: start);
        return ring.Change(now, [.. ring.Keys, next]);
    }

    // A backup's keys end when it was due, however late the step is: where the store went on, they ended then.
    private KeyRing PutInUse(
        KeyRing ring, PrivateKey current, PrivateKey next, DateTimeOffset end, DateTimeOffset now)
    {
        (DateTimeOffset retiredAt, DateTimeOffset? dueAt) = (WholeSeconds(end), next.DueAt + interval);
        return ring.Change(
            now,
            ring.Keys.Select(key =>
                ReferenceEquals(key, current) ? key.As(KeyStatus.Retired, retiredAt)
                : ReferenceEquals(key, next) ? key.As(KeyStatus.Current, dueAt: dueAt)
                : key)
        );
    }

    // Its keys have been destroyed, if this is a backup; or no process has run for days. Either way nodes and others
    // have no other key, so the new one is in use at once.
    private KeyRing StartAnew(KeyRing ring, DateTimeOffset now)
    {
        PrivateKey current = ring.Find(KeyUse.Encryption)!;
        PrivateKey made = PrivateKey.Generate(KeyUse.Encryption, current.PublicKey.Bits);
        return ring.Change(
            now,
            [
                .. ring.Keys.Where(key => key.Use != KeyUse.Encryption || key.Status == KeyStatus.Retired),
                made.As(
                    KeyStatus.Current, dueAt: interval == TimeSpan.Zero ? null : WholeSeconds(now + interval)),
            ]
        );
    }

    private static KeyRing Schedule(KeyRing ring, PrivateKey scheduled, DateTimeOffset? dueAt) =>
        new(
            ring.Keys.Select(key => ReferenceEquals(key, scheduled) ? key.As(key.Status, dueAt: dueAt) : key),
            ring.ChangedAt
        );

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    /// <summary>A step of the rotation, and the time from which it is due.</summary>
    private sealed record Step(DateTimeOffset At, Func<KeyRing> Take);
}
