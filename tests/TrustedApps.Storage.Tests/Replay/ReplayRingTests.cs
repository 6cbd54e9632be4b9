using TrustedApps.Storage.Replay;

namespace TrustedApps.Storage.Tests.Replay;

public class ReplayRingTests
{
    [Fact]
    public void The_horizon_is_the_last_second_of_a_bucket_and_leaves_everything_acceptable_in_the_ring()
    {
        for (long now = 1_795_000_000; now < 1_795_000_500; now++)
        {
            long horizon = ReplayRing.HorizonAt(now);
            Assert.Equal(0, (horizon + 1) % ReplayRing.BucketSeconds);
            Assert.True(horizon < now - 960);
            Assert.True(now + 60 + 600 <= horizon + ReplayRing.Span);
        }
    }

    [Theory]
    [InlineData(119, 119, new int[0])]
    [InlineData(119, 239, new[] { 1 })]
    [InlineData(1679, 2039, new[] { 0, 14, 15 })]
    [InlineData(-1, 1919, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 })]
    [InlineData(1199, 1_795_000_079, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 })]
    public void What_leaves_the_ring_are_the_slots_between_the_horizons(long horizon, long raised, int[] slots) =>
        Assert.Equal(slots, ReplayRing.SlotsBetween(horizon, raised));
}
