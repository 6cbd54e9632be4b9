using Microsoft.Extensions.Diagnostics.HealthChecks;
using TrustedApps.Certificates;
using TrustedApps.Health;
using TrustedApps.Hosting;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Health;

public sealed class CertificateReadingsTests
{
    private static readonly DateTimeOffset _start = ManualTimeProvider.OfToday().GetUtcNow();
    private static readonly ApplicationKeys _keys = ThrowAwayKeys.Of("wiki", 3, _start.AddDays(-1));

    [Fact]
    public void A_certificate_that_was_confirmed_within_two_days_is_healthy()
    {
        CertificateRecord record = Establish();

        Assert.All(Read(_start.AddDays(2), record), reading => Assert.Equal((HealthStatus.Healthy, 0), (reading.Status, reading.Value)));
        HealthReading late = Read(_start.AddDays(2).AddSeconds(1), record)[1];
        Assert.Equal((HealthStatus.Degraded, "x:certificates_unconfirmed", 1), (late.Status, late.Name, late.Value));
        Assert.StartsWith("Certificates could not be fetched for two days: of 'wiki'. Requests are served", late.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_from_a_file_is_never_confirmed() =>
        Assert.All(Read(_start.AddYears(1), CertificateRecord.Establish(_keys.ToCertificate(), baseUrl: null, _start)), reading => Assert.Null(reading.Problem));

    [Fact]
    public void A_certificate_that_waits_is_named()
    {
        CertificateRecord held = Establish().Offer(_keys.WithNext(_start).ToCertificate(), _start.AddHours(1), TimeSpan.FromHours(24), isCounted: false).Record;

        HealthReading reading = Read(_start.AddHours(2), held)[0];

        Assert.Equal((HealthStatus.Degraded, "x:certificates_held", 1), (reading.Status, reading.Name, reading.Value));
        Assert.Equal(
            "New certificates are about to take effect: of 'wiki'. If its administrator has not rotated keys, reject the certificate: event 41 names the keys.", reading.Problem);
    }

    [Fact]
    public void Three_applications_are_named_and_the_others_counted()
    {
        HealthReading reading = CertificateReadings.Read("x", ["a", "b", "c", "d", "e"], []).First();

        Assert.Equal(5, reading.Value);
        Assert.Contains("of 'a', 'b', 'c' and 2 more.", reading.Problem, StringComparison.Ordinal);
    }

    private static CertificateRecord Establish() => CertificateRecord.Establish(_keys.ToCertificate(), BaseUrl.Parse("https://wiki.example"), _start);

    private static HealthReading[] Read(DateTimeOffset now, params CertificateRecord[] records) => [.. CertificateReadings.Read("x", records, now)];
}
