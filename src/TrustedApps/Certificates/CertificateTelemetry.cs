using System.Diagnostics;
using System.Diagnostics.Metrics;
using TrustedApps.Diagnostics;

namespace TrustedApps.Certificates;

/// <summary>Metrics of the certificates of other applications that are fetched again and again.</summary>
internal static class CertificateTelemetry
{
    private static readonly Watched<Records> _all = new();

    private static readonly Counter<long> _refreshes = Instruments.Meter.CreateCounter<long>(
        "trusted_apps.certificate.refreshes",
        "{refresh}",
        "Certificates of other applications that were fetched again, or could not be.");

    static CertificateTelemetry()
    {
        Instruments.Meter.CreateObservableGauge(
            "trusted_apps.certificate.age",
            static () => ApplicationMeasurements.Max(FindAges()),
            "s",
            "The time since an application last presented the keys that are on record for it.");
        Instruments.Meter.CreateObservableUpDownCounter(
            "trusted_apps.certificate.held",
            static () => ApplicationMeasurements.Max(FindHeld()),
            "{certificate}",
            "1 while a new certificate of an application is held, because it adds or leaves out a signing key.");
    }

    /// <param name="refresher">The records are measured as long as it lives.</param>
    /// <param name="source">The records.</param>
    /// <param name="time">The clock.</param>
    public static void Watch(CertificateRefresher refresher, ICertificateRecordSource source, TimeProvider time) =>
        _all.Add(refresher, new Records(source, time));

    public static void RecordRefresh(string applicationId, OfferOutcome outcome) => Record(applicationId, outcome switch
    {
        OfferOutcome.Confirmed => "confirmed",
        OfferOutcome.Replaced => "replaced",
        OfferOutcome.Held => "held",
        _ => "refused",
    });

    public static void RecordFailure(string applicationId, Exception failure) =>
        Record(applicationId, "not_fetched", (failure as CertificateException)?.StatusCode is { } status
            ? status.ToString(CultureInfo.InvariantCulture)
            : failure.GetType().FullName);

    private static void Record(string applicationId, string outcome, string? error = null)
    {
        TagList tags = new()
        {
            { TagNames.ApplicationId, BoundedTagValues.Applications.Of(applicationId) },
            { TagNames.CertificateOutcome, outcome },
        };
        if (error is not null) tags.Add(TagNames.ErrorType, error);
        _refreshes.Add(1, tags);
    }

    // A record from a file is never confirmed again.
    private static IEnumerable<KeyValuePair<string, double>> FindAges() =>
        from records in _all.States
        from record in records.Source.Records
        where record.BaseUrl is not null
        let age = records.Time.GetUtcNow() - record.LastConfirmedAt
        select KeyValuePair.Create(record.Id, Math.Max(0, age.TotalSeconds));

    private static IEnumerable<KeyValuePair<string, int>> FindHeld() =>
        from records in _all.States
        from record in records.Source.Records
        where record.BaseUrl is not null
        select KeyValuePair.Create(record.Id, record.Pending is null ? 0 : 1);

    private sealed record Records(ICertificateRecordSource Source, TimeProvider Time);
}
