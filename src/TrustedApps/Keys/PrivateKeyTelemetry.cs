using System.Diagnostics.Metrics;
using TrustedApps.Diagnostics;

namespace TrustedApps.Keys;

/// <summary>The counter of operations with private keys of this application.</summary>
internal static class PrivateKeyTelemetry
{
    private static readonly Counter<long> _operations = Instruments.Meter.CreateCounter<long>(
        "trusted_apps.private_key.operations",
        "{operation}",
        "Operations with an RSA private key of this application."
    );

    /// <param name="operation">sign or decrypt.</param>
    public static void Record(string operation) =>
        _operations.Add(1, new KeyValuePair<string, object?>("operation", operation));
}
