using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TrustedApps.Diagnostics;

/// <summary>
/// Metrics and activities of requests. Tags are outcome, code and version: never users, never ids of strangers.
/// </summary>
internal static class Telemetry
{
    private static readonly Counter<long> _requests = Instruments.Meter.CreateCounter<long>(
        "trusted_apps.requests", "{request}", "Requests with trusted-application headers that a provider verified.");

    private static readonly Histogram<double> _durations = Instruments.Meter.CreateHistogram<double>(
        "trusted_apps.request.duration", "s", "The time that verifying a request took, the user resolver included.");

    private static readonly Counter<long> _issued = Instruments.Meter.CreateCounter<long>(
        "trusted_apps.assertions.issued", "{assertion}", "Assertions that a consumer issued.");

    public static Activity? StartVerification() => Instruments.Activities.StartActivity("TrustedApps.Verify");

    /// <summary>The tag that holds <see cref="Rejection.ReasonId"/>.</summary>
    private const string ReasonTag = "trusted_apps.rejection.reason";

    public static Activity? StartIssue() =>
        Instruments.Activities.StartActivity("TrustedApps.Issue", ActivityKind.Client);

    /// <summary>Whether a listener wants the verdicts.</summary>
    public static bool IsObserved => _requests.Enabled || _durations.Enabled || Instruments.Activities.HasListeners();

    public static void RecordVerdict(Activity? activity, in Verdict verdict, TimeSpan elapsed)
    {
        bool isAskedForGrant = verdict.Rejection?.Code == ErrorCode.GrantNeeded; // usual: the request comes again
        string outcome = verdict.Accepted ? "accepted" : isAskedForGrant ? "grant_needed" : "refused";
        string code = verdict.Accepted ? "OK" : verdict.Rejection.Value.Code.ToWireName();
        string version = verdict.Version?.Name ?? "unknown";

        TagList tags = new() { { "outcome", outcome }, { "code", code }, { "version", version } };
        string? reason = verdict.Rejection?.ReasonId;
        if (reason is not null) tags.Add(ReasonTag, reason);
        _requests.Add(1, tags);
        _durations.Record(elapsed.TotalSeconds, tags);

        activity?.SetTag("trusted_apps.outcome", outcome);
        activity?.SetTag("trusted_apps.code", code);
        activity?.SetTag("trusted_apps.version", version);
        if (reason is not null) activity?.SetTag(ReasonTag, reason);
        if (!verdict.Accepted && !isAskedForGrant) activity?.SetStatus(ActivityStatusCode.Error, code);
    }

    public static void RecordIssue(ProtocolVersion version) =>
        _issued.Add(1, new KeyValuePair<string, object?>("version", version.Name));
}
