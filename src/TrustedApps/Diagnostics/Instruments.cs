using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TrustedApps.Diagnostics;

/// <summary>The meter and the activity source of this library. Tags never hold users or ids of strangers.</summary>
internal static class Instruments
{
    private const string Name = "TrustedApps";

    public static ActivitySource Activities { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);

    /// <summary>
    /// Buckets of times, in seconds. A verification usually takes 20 microseconds and an RSA operation a millisecond;
    /// content, a user resolver, a store or a key elsewhere may take seconds.
    /// </summary>
    public static InstrumentAdvice<double> Times { get; } = new()
    {
        HistogramBucketBoundaries =
        [
            0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
            0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        ],
    };
}
