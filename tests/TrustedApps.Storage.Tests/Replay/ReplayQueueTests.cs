using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TrustedApps.Replay;
using TrustedApps.Storage.Replay;
using static TrustedApps.Storage.Tests.Replay.ReplayNodes;

namespace TrustedApps.Storage.Tests.Replay;

public class ReplayQueueTests(PostgresFixture postgres)
{
    [Property(MaxTest = 300)]
    public Property No_application_waits_for_more_than_one_entry_of_each_other() => ForAll.In(
        from capacity in Gen.Choose(1, 300)
        from others in Gen.Choose(0, 12)
        from flood in Gen.Choose(0, 400)
        from own in Gen.Choose(1, 20)
        from batch in Gen.Choose(1, 64)
        select (Capacity: capacity, Others: others, Flood: flood, Own: own, Batch: batch),
        bounds =>
        {
            var queue = new ReplayQueue(bounds.Capacity);
            int quota = Math.Max(1, bounds.Capacity / 4), held = 0;
            for (int other = 0; other < bounds.Others; other++)
            {
                int added = Enumerable.Range(0, bounds.Flood).Count(number => queue.TryAdd(Request($"other {other}", number)));
                if (added > quota) return false;
                held += added;
            }

            if (held > bounds.Capacity + (16 * bounds.Others)) return false;
            int own = Enumerable.Range(0, bounds.Own).Count(number => queue.TryAdd(Request("honest", number)));
            if (own < Math.Min(bounds.Own, Math.Min(16, quota))) return false;

            var taken = new List<ReplayRequest>();
            for (int batch = 0; taken.Count < held + own; batch++)
            {
                var part = new List<ReplayRequest>();
                queue.Take(part, bounds.Batch);
                if (part.Count == 0) return false;
                taken.AddRange(part);
            }

            int[] places = [.. taken.Index().Where(one => one.Item.Record.ApplicationId == "honest").Select(one => one.Index)];
            return places.Length == own && places.Index().All(place => place.Item < (place.Index + 1) * (bounds.Others + 1));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_application_with_9000_requests_under_way_leaves_another_its_answers(bool onceOnly)
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start(Patient with { Writers = 1 });
        await AskAsync(store, Entry("honest", -1));
        Task<ReplayStatus>[] flood = [.. Enumerable.Range(0, 9000).Select(number => AskAsync(store, Entry("flood", number)))];
        ReplayStatus[] honest = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => AskAsync(store, Entry("honest", number))));
        Assert.All(honest, status => Assert.Equal(ReplayStatus.First, status));
        Assert.Contains(ReplayStatus.Unavailable, await Task.WhenAll(flood)); // it has its quota, and no more

        ReplayEntry Entry(string application, int mark) => onceOnly
            ? Once(mark, application: application)
            : ReplayEntry.Legacy(application, [Mark(mark)], Now, Now + 60_000, Now);
    }

    [Fact]
    public async Task What_was_abandoned_is_dropped_and_a_closed_queue_ends_the_waiting()
    {
        var queue = new ReplayQueue(10);
        ReplayRequest request = Request("wiki", 1);
        queue.TryAdd(request);
        request.Abandon();
        Assert.True(await queue.WaitAsync());
        var taken = new List<ReplayRequest>();
        queue.Take(taken, 10);
        Assert.Empty(taken);
        queue.Close();
        Assert.False(await queue.WaitAsync());
    }

    private static ReplayRequest Request(string application, int mark) => new(Once(mark, application: application));
}
