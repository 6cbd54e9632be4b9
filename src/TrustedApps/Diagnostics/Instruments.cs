using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TrustedApps.Diagnostics;

/// <summary>The meter and the activity source of this library. Tags never hold users or ids of strangers.</summary>
internal static class Instruments
{
    private const string Name = "TrustedApps";

    public static ActivitySource Activities { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);
}
