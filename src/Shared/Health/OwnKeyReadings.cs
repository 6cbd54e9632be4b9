using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Health;

/// <summary>Reads the age of an application's own keys, and whether their rotation is overdue.</summary>
internal static class OwnKeyReadings
{
    // A store rotates within minutes. Others retry for longer than this before the key is over.
    private static readonly TimeSpan _rotationTolerance = TimeSpan.FromHours(1);

    // Others fetch the next keys within a day and may hold them for another.
    private static readonly TimeSpan _unfinishedRotation = TimeSpan.FromDays(7);

    // The one before stays beside it for 7 days.
    private static readonly TimeSpan _unfinishedRotationOfSource = TimeSpan.FromDays(14);

    // NIST SP 800-57 part 1, section 5.3.6: a private signature key is used for one to three years.
    private static readonly TimeSpan _maxAge = TimeSpan.FromDays(2 * 365);

    public static IEnumerable<HealthReading> Read(IKeyStore store, DateTimeOffset now) =>
        GuardedReadings.Read(store, () => ReadAll(store, now));

    private static IEnumerable<HealthReading> ReadAll(IKeyStore store, DateTimeOffset now)
    {
        if (FindKeys(store) is not { } keys) yield break;
        yield return ReadAge(store, keys, now);
        foreach (HealthReading reading in ReadRotation(keys, now)) yield return reading;
        if (store is not IHealthSource source) yield break;
        foreach (HealthReading reading in source.ReadHealth()) yield return reading;
    }

    // A client loads its keys with the first request.
    private static ApplicationKeys? FindKeys(IKeyStore store)
    {
        try
        {
            return store.Keys;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static HealthReading ReadAge(IKeyStore store, ApplicationKeys keys, DateTimeOffset now)
    {
        bool isSource = store is KeySourceStore;
        string name = $"keys:{keys.Id}:changed_at";
        DateTimeOffset changedAt = keys.CertificateChangedAt(now);
        string since = LogTime.Of(changedAt);
        bool isUnfinished = keys.Keys.Any(key => key is { Use: KeyUse.Signature, Status: KeyStatus.Next });
        if (isUnfinished && now - changedAt > (isSource ? _unfinishedRotationOfSource : _unfinishedRotation))
        {
            return HealthReading.Degraded(
                name,
                since,
                $"The rotation of the keys of '{keys.Id}' began at {since} and was not completed: {(isSource ? "remove KeySource:OtherSigningKey 7 days after SigningKey and OtherSigningKey have changed places" : "complete it with 'trusted-apps certificate rotate' or on the administrator's pages")}.");
        }

        return keys.HasVersion4Keys && now - changedAt > _maxAge
            ? HealthReading.Degraded(
                name,
                since,
                $"The keys of '{keys.Id}' are the same since {since}, for more than two years: rotate them.")
            : HealthReading.Healthy(name, since);
    }

    private static IEnumerable<HealthReading> ReadRotation(ApplicationKeys keys, DateTimeOffset now)
    {
        ApplicationKey? current =
            keys.Keys.FirstOrDefault(key => key is { Use: KeyUse.Encryption, Status: KeyStatus.Current });
        if (current?.DueAt is not { } dueAt) yield break;

        string name = $"keys:{keys.Id}:rotation_due_at", due = LogTime.Of(dueAt);
        yield return now - dueAt > _rotationTolerance
            ? HealthReading.Degraded(
                name,
                due,
                $"The encryption key of '{keys.Id}' should have been rotated at {due}, and was not: see the log for event 69 or 78.")
            : HealthReading.Healthy(name, due);
    }
}
