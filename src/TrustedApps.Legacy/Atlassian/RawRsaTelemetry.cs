using System.Diagnostics.Metrics;

namespace TrustedApps.Legacy.Atlassian;

/// <summary>The counter of private operations without padding, beside those that the core counts.</summary>
internal static class RawRsaTelemetry
{
    private static readonly Meter _meter = new("TrustedApps");

    private static readonly Counter<long> _operations = _meter.CreateCounter<long>(
        "trusted_apps.private_key.operations",
        "{operation}",
        "Operations with an RSA private key of this application."
    );

    public static void RecordPrivateOperation() =>
        _operations.Add(1, new KeyValuePair<string, object?>("trusted_apps.private_key.operation", "raw"));
}
