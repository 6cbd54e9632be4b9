using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

/// <summary>No trust takes from another what is the other's, whatever the bounds are.</summary>
public class StarvationTests
{
    private const long Now = 1_600_000;

    [Property(MaxTest = 200)]
    public Property Others_never_take_the_reserve_of_an_application() => ForAll.In(
        from capacity in Gen.Choose(1, 400)
        from own in Gen.Choose(1, 400)
        from others in Gen.Choose(0, 12)
        from flood in Gen.Choose(0, 500)
        from comesLast in Gen.Elements(false, true)
        from onceOnly in Gen.Elements(false, true)
        select new Bounds(capacity, own, others, flood, comesLast, onceOnly),
        bounds =>
        {
            var cache = new InMemoryReplayCache(new InMemoryReplayCacheOptions
            {
                Capacity = bounds.Capacity,
                CapacityPerApplication = bounds.Own,
                IsNewInstallation = true,
            });
            if (!bounds.ComesLast) Add(cache, "honest", 0, bounds.OnceOnly);
            int held = bounds.ComesLast ? 0 : cache.Count;
            for (int other = 0; other < bounds.Others; other++)
            {
                for (int mark = 0; mark < bounds.Flood; mark++) Add(cache, $"other {other}", mark, bounds.OnceOnly);
            }

            int applications = bounds.Others + 1;
            uint shares = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)applications);
            int reserve = Math.Min(bounds.Own, Math.Min(10_000, bounds.Capacity / 2 / (int)shares));
            for (int mark = 1; mark <= reserve - held; mark++)
            {
                if (Add(cache, "honest", mark, bounds.OnceOnly) != ReplayStatus.First) return false;
            }

            // What was taken before reserves were halved stays until it expires.
            int halvings = System.Numerics.BitOperations.Log2(shares);
            return cache.Count <= bounds.Capacity + (bounds.Capacity / 2) + (halvings * bounds.Capacity / 4);
        });

    [Fact]
    public void Eight_applications_that_fill_the_shared_bound_leave_a_ninth_its_ten_thousand()
    {
        InMemoryReplayCache cache = new InMemoryReplayCache(new InMemoryReplayCacheOptions { Capacity = 400_000, CapacityPerApplication = 60_000, IsNewInstallation = true });
        Parallel.For(0, 8, other =>
        {
            for (int mark = 0; mark < 70_000; mark++) Add(cache, $"other {other}", mark, onceOnly: true);
        });
        Assert.Equal(ReplayStatus.Full, Add(cache, "other 0", 70_000, onceOnly: true));
        for (int mark = 0; mark < 10_000; mark++) Assert.Equal(ReplayStatus.First, Add(cache, "honest", mark, onceOnly: true));
        Assert.InRange(cache.Count, 400_000, 600_000);
    }

    [Fact]
    public void Threads_that_come_and_go_while_reserves_shrink_lose_no_count()
    {
        SharedCapacity shared = new SharedCapacity(10_000);
        CapacityLimiter[] applications = [.. Enumerable.Range(0, 300).Select(_ => new CapacityLimiter(5_000, shared))];
        Threads.Run(4, thread =>
        {
            for (int round = 1; round < applications.Length; round++)
            {
                if (thread == 0 && shared.Divide(round)) foreach (CapacityLimiter each in applications) each.ShrinkReserve();
                CapacityLimiter application = applications[(round * 7) % round];
                for (int number = 0; number < 50; number++)
                {
                    if (application.TryTake(2)) application.GiveBack(2);
                }
            }
        });
        Assert.All(applications, application => Assert.Equal(0, application.Used));
        Assert.True(shared.HasRoom(10_000));
        Assert.False(shared.HasRoom(10_001));
    }

    private static ReplayStatus Add(InMemoryReplayCache cache, string application, int mark, bool onceOnly)
    {
        ReplayEntry entry = onceOnly
            ? ReplayEntry.Once(application, (UInt128)mark, Now, Now + 60_000, Now)
            : ReplayEntry.Legacy(application, [new ReplayKey((UInt128)mark, 0)], Now, Now + 60_000, Now);
        ValueTask<ReplayResult> answer = cache.TryAddAsync(entry, CancellationToken.None);
        return answer.IsCompleted ? answer.Result.Status : throw new InvalidOperationException("It waits.");
    }

    private sealed record Bounds(int Capacity, int Own, int Others, int Flood, bool ComesLast, bool OnceOnly);
}
