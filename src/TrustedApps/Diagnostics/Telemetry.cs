using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TrustedApps.Diagnostics;

/// <summary>Meter and activity source. Tags are outcome, code and version: never users, never ids of strangers.</summary>
internal static class Telemetry
{
    private const string Name = "TrustedApps";

    private static readonly ActivitySource _activities = new(Name);
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _requests = _meter.CreateCounter<long>(
        "trusted_apps.requests", "{request}", "Requests with trusted-application headers that a provider judged.");

    private static readonly Histogram<double> _durations = _meter.CreateHistogram<double>(
        "trusted_apps.request.duration", "s", "How long judging a request took, the user resolver included.");

    private static readonly Counter<long> _issued = _meter.CreateCounter<long>(
        "trusted_apps.assertions.issued", "{assertion}", "Assertions that a consumer issued.");

    private static readonly Counter<long> _privateKeyOperations = _meter.CreateCounter<long>(
        "trusted_apps.private_key.operations", "{operation}", "Operations with an RSA private key of this application.");

    public static Activity? StartVerification() => _activities.StartActivity("TrustedApps.Verify");

    public static Activity? StartIssue() => _activities.StartActivity("TrustedApps.Issue", ActivityKind.Client);

    /// <summary>Whether anybody listens to what is judged.</summary>
    public static bool IsObserved => _requests.Enabled || _durations.Enabled || _activities.HasListeners();

    public static void RecordVerdict(Activity? activity, in Verdict verdict, TimeSpan elapsed)
    {
        string outcome = verdict.Accepted ? "accepted" : "refused";
        string code = verdict.Accepted ? "OK" : verdict.Rejection.Value.Code.ToWireName();
        string version = verdict.Version?.Name ?? "unknown";

        TagList tags = new() { { "outcome", outcome }, { "code", code }, { "version", version } };
        _requests.Add(1, tags);
        _durations.Record(elapsed.TotalSeconds, tags);

        activity?.SetTag("trusted_apps.outcome", outcome);
        activity?.SetTag("trusted_apps.code", code);
        activity?.SetTag("trusted_apps.version", version);
        if (!verdict.Accepted) activity?.SetStatus(ActivityStatusCode.Error, code);
    }

    public static void RecordIssue(ProtocolVersion version) => _issued.Add(1, new KeyValuePair<string, object?>("version", version.Name));

    /// <param name="operation">sign, decrypt or raw.</param>
    public static void RecordPrivateKeyOperation(string operation) =>
        _privateKeyOperations.Add(1, new KeyValuePair<string, object?>("operation", operation));
}
