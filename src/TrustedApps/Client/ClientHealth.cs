using System.Collections.Concurrent;
using TrustedApps.Health;
using TrustedApps.Hosting;
using TrustedApps.Text;

namespace TrustedApps.Client;

/// <summary>
/// Reports what the clients of this host have seen: their providers, clocks and keys. A client that has sent nothing
/// yet is not listed. Nothing of it stops this host, so all of it is degraded at most.
/// </summary>
internal sealed class ClientHealth(TimeProvider time) : IHealthSource
{
    private readonly ConcurrentDictionary<string, RotatingIssuerSource> _clients = new(StringComparer.Ordinal);

    /// <summary>Adds a client that is in use.</summary>
    public void Add(string name, RotatingIssuerSource client) => _clients[name] = client;

    public IEnumerable<HealthReading> ReadHealth()
    {
        DateTimeOffset now = time.GetUtcNow();
        return _clients
            .OrderBy(client => client.Key, StringComparer.Ordinal)
            .SelectMany(client => Read(client.Key, client.Value, now));
    }

    private static IEnumerable<HealthReading> Read(string name, RotatingIssuerSource client, DateTimeOffset now)
    {
        string prefix = $"client:{name}";
        yield return ReadContact(name, client);
        if (client.FindClockCorrection() is { } correction) yield return ReadClock(name, client, correction);
        foreach (HealthReading reading in OwnKeyReadings.Read(client.OwnKeys, now)) yield return reading;
        if (client.FindRefreshedRecord() is not { } record) yield break;
        foreach (HealthReading reading in CertificateReadings.Read(prefix, [record], now)) yield return reading;
    }

    private static HealthReading ReadContact(string name, RotatingIssuerSource client)
    {
        string reading = $"client:{name}:last_answer_at";
        string last = client.Contact.AnsweredAt is { } answered ? LogTime.Of(answered) : "never";
        return client.Contact.LastFailure is { } failure
            ? HealthReading.Degraded(
                reading,
                last,
                $"The provider of the client '{name}' at {client.BaseUrl} did not answer at {LogTime.Of(failure.At)} (last answer: {last}): {LogSanitizer.Sanitize(failure.Reason)}")
            : HealthReading.Healthy(reading, last);
    }

    private static HealthReading ReadClock(string name, RotatingIssuerSource client, TimeSpan correction)
    {
        double seconds = Math.Round(correction.TotalSeconds, 1);
        string reading = $"client:{name}:clock_correction_seconds";
        return seconds == 0
            ? HealthReading.Healthy(reading, seconds)
            : HealthReading.Degraded(
                reading,
                seconds,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The clock of this host is {Math.Abs(seconds)} s {(seconds > 0 ? "behind" : "ahead of")} that of the provider at {client.BaseUrl}, whose time assertions follow: synchronize both hosts (NTP), and restart this one."));
    }
}
