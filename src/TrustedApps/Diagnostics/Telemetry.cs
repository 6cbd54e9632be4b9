using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TrustedApps.Diagnostics;

/// <summary>
/// Metrics and activities of requests that a provider verifies. Tags never hold users, and of application ids only
/// those of trusted ones. Nothing is allocated for a measurement.
/// </summary>
internal static class Telemetry
{
    private static readonly Counter<long> _requests = Instruments.Meter.CreateCounter<long>(
        "trusted_apps.requests", "{request}", "Requests with trusted-application headers that a provider verified.");

    private static readonly Histogram<double> _durations = Instruments.Meter.CreateHistogram(
        "trusted_apps.verification.duration",
        "s",
        "The time that the verification of a request took, with its content and the user resolver.",
        advice: Instruments.Times);

    public static Activity? StartVerification() => Instruments.Activities.StartActivity("TrustedApps.Verify");

    /// <summary>Whether a listener wants the verdicts.</summary>
    public static bool IsObserved => _requests.Enabled || _durations.Enabled || Instruments.Activities.HasListeners();

    /// <param name="activity">The activity of the verification, if one is recorded.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="trusted">
    /// The trust of the application that the request names; null if there is none, and the id is a stranger's.
    /// </param>
    /// <param name="elapsed">The time that the verification took.</param>
    public static void RecordVerdict(
        Activity? activity, in Verdict verdict, TrustedApplication? trusted, TimeSpan elapsed)
    {
        string outcome = verdict.Rejection?.Code switch
        {
            null => "accepted",
            ErrorCode.GrantNeeded => "grant_needed", // usual: the request comes again
            _ => "refused",
        };
        string code = verdict.Rejection?.Code.ToWireName() ?? "OK";
        string version = verdict.Version?.Name ?? "unknown";
        string application = BoundedTagValues.Applications.Of(trusted?.Id);
        string? reason = verdict.Rejection?.ReasonId;
        string? fault = verdict.Rejection is { Code: ErrorCode.Unavailable or ErrorCode.Unknown } ? code : null;

        _durations.Record(
            elapsed.TotalSeconds,
            KeyValuePair.Create(TagNames.Outcome, (object?)outcome),
            KeyValuePair.Create(TagNames.Version, (object?)version));
        TagList tags = new()
        {
            { TagNames.ApplicationId, application },
            { TagNames.Code, code },
            { TagNames.Outcome, outcome },
            { TagNames.Version, version },
        };
        if (reason is not null) tags.Add(TagNames.Reason, reason);
        if (fault is not null) tags.Add(TagNames.ErrorType, fault);
        _requests.Add(1, tags);

        if (activity is null) return;
        foreach ((string name, object? value) in tags) activity.SetTag(name, value);
        // who is refused, is refused as it should be: only what the provider could not decide is an error of its own
        if (fault is not null) activity.SetStatus(ActivityStatusCode.Error, reason);
    }
}
