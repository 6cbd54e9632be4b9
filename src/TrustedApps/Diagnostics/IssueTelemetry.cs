using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TrustedApps.Diagnostics;

/// <summary>Metrics and activities of assertions that a consumer issues, and of the answers to them.</summary>
internal static class IssueTelemetry
{
    private static readonly Counter<long> _issued = Instruments.Meter.CreateCounter<long>(
        "trusted_apps.assertions.issued", "{assertion}", "Assertions that a consumer issued.");

    // Internal: it sends nothing. HttpClient has its own activity for the request.
    public static Activity? Start() => Instruments.Activities.StartActivity("TrustedApps.Issue");

    /// <param name="activity">The activity of the issue, if one is recorded.</param>
    /// <param name="version">The version spoken.</param>
    /// <param name="namesGrant">
    /// Whether the assertion names its key grant and does not carry it; null in versions without key grants.
    /// </param>
    public static void RecordIssue(Activity? activity, ProtocolVersion version, bool? namesGrant)
    {
        TagList tags = new() { { TagNames.Version, version.Name } };
        if (namesGrant is { } isNamed) tags.Add(TagNames.KeyGrant, isNamed ? "named" : "sent");
        _issued.Add(1, tags);
        if (activity is null) return;
        foreach ((string name, object? value) in tags) activity.SetTag(name, value);
    }

    public static void RecordFailure(Activity? activity, ProtocolVersion version, Exception failure)
    {
        if (activity is null) return;
        activity.SetTag(TagNames.Version, version.Name);
        activity.SetTag(TagNames.ErrorType, failure.GetType().FullName);
        activity.SetStatus(ActivityStatusCode.Error);
    }
}
