namespace TrustedApps.Tests;

/// <summary>What some work allocates on its thread.</summary>
internal static class Allocation
{
    /// <summary>Bytes; the least of five times, because whatever else the runtime does meanwhile it does once.</summary>
    public static long Of<T>(Func<T> work) => Enumerable.Range(0, 5).Min(_ =>
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });
}
