namespace TrustedApps.Bench.Setup;

/// <summary>Replay memories with millions of live marks, which came evenly over the time that they live.</summary>
internal static class FilledMemory
{
    private const long Spread = 80_000; // milliseconds: the first ones are still acceptable at the end

    /// <summary>Fills a memory.</summary>
    /// <param name="count">How many marks.</param>
    /// <param name="now">When the last of them comes, in milliseconds since 1970.</param>
    /// <param name="marks">Where they are from.</param>
    public static ReplayMemory Fill(int count, long now, Marks marks)
    {
        ReplayMemory memory = Scene.NewMemory();
        for (int number = 0; number < count; number++)
        {
            long moment = MomentOf(number, count, now);
            memory.Insert(marks.Next(), moment, moment);
        }

        return memory;
    }

    /// <summary>The moment at which a mark comes.</summary>
    public static long MomentOf(int number, int count, long now) => (now - Spread + (Spread * (number + 1L) / count)) / 1000 * 1000;
}
