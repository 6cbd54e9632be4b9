namespace TrustedApps.TestSupport;

/// <summary>Real threads that begin at the same moment; what one of them throws reaches the test.</summary>
internal static class Threads
{
    public static void Run(int count, Action<int> work)
    {
        using var start = new Barrier(count);
        var failures = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            if (Record.Exception(() => work(number)) is { } failure)
            {
                lock (failures) failures.Add(failure);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Empty(failures);
    }
}
