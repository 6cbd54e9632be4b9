using TrustedApps.Certificates;
using TrustedApps.Hosting;
using TrustedApps.Text;

namespace TrustedApps.Health;

/// <summary>Reads whether certificates of other applications are about to change, or cannot be fetched.</summary>
internal static class CertificateReadings
{
    private const int MaxNamed = 3; // applications in a sentence

    /// <summary>The time without a fetch from which a certificate counts as unconfirmed: two intervals.</summary>
    public static readonly TimeSpan MaxUnconfirmed = 2 * RefreshSchedule.Interval;

    /// <summary>Reads the certificates of trusts, or of one provider.</summary>
    /// <param name="prefix">The beginning of the names of the readings.</param>
    /// <param name="records">The certificates on record.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<HealthReading> Read(
        string prefix, IEnumerable<CertificateRecord> records, DateTimeOffset now)
    {
        List<string> held = [], unconfirmed = [];
        foreach (CertificateRecord record in records)
        {
            if (record.Pending is not null) held.Add(record.Id);
            if (IsUnconfirmed(record, now)) unconfirmed.Add(record.Id);
        }

        return Read(prefix, held, unconfirmed);
    }

    /// <summary>As above, from the ids of the applications.</summary>
    public static IEnumerable<HealthReading> Read(
        string prefix, IReadOnlyList<string> held, IReadOnlyList<string> unconfirmed)
    {
        string heldName = $"{prefix}:certificates_held", unconfirmedName = $"{prefix}:certificates_unconfirmed";
        yield return held.Count == 0
            ? HealthReading.Healthy(heldName, 0)
            : HealthReading.Degraded(
                heldName,
                held.Count,
                $"New certificates are about to take effect: of {List(held)}. If its administrator has not rotated keys, reject the certificate: event 41 names the keys.");
        yield return unconfirmed.Count == 0
            ? HealthReading.Healthy(unconfirmedName, 0)
            : HealthReading.Degraded(
                unconfirmedName,
                unconfirmed.Count,
                $"Certificates could not be fetched for two days: of {List(unconfirmed)}. Requests are served, but a rotation of keys is not noticed: event 43 gives the reason.");
    }

    /// <summary>Whether the application has not presented the keys on record for two days.</summary>
    public static bool IsUnconfirmed(CertificateRecord record, DateTimeOffset now) =>
        record.BaseUrl is not null && now - record.LastConfirmedAt > MaxUnconfirmed;

    private static string List(IReadOnlyList<string> ids)
    {
        string named = string.Join(", ", ids.Take(MaxNamed).Select(id => $"'{LogSanitizer.Sanitize(id)}'"));
        return ids.Count <= MaxNamed ? named : $"{named} and {ids.Count - MaxNamed} more";
    }
}
