using TrustedApps.Hosting;

namespace TrustedApps.Health;

/// <summary>Reads parts that others may have written: one that fails must not hide what the rest reports.</summary>
internal static class GuardedReadings
{
    /// <summary>Reads a part. After a fault its readings are those before it, and the fault.</summary>
    /// <param name="part">The part.</param>
    /// <param name="read">Reads its state.</param>
    public static IReadOnlyList<HealthReading> Read(object part, Func<IEnumerable<HealthReading>> read)
    {
        var readings = new List<HealthReading>();
        try
        {
            foreach (HealthReading reading in read()) readings.Add(reading);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            string name = part.GetType().Name;
            string problem =
                $"{name} cannot report its state: {fault.GetType().Name}. Report the fault to its author.";
            readings.Add(HealthReading.Degraded($"fault:{name}", fault.GetType().Name, problem));
        }

        return readings;
    }
}
