using TrustedApps.Protocols;

namespace TrustedApps.Tests.Protocols;

public class MonotonicTimestampsTests
{
    private const long Now = 1_795_000_000_000;

    private readonly MonotonicTimestamps _stamps = new();

    [Fact]
    public void The_first_stamp_is_the_time() => Assert.Equal(Now, _stamps.Next(Fixture.Url, Now));

    [Fact]
    public void No_stamp_is_used_twice_for_one_url()
    {
        Assert.Equal(Now, _stamps.Next(Fixture.Url, Now));
        Assert.Equal(Now + 1, _stamps.Next(Fixture.Url, Now));
        Assert.Equal(Now + 2, _stamps.Next(Fixture.Url, Now + 1));
        Assert.Equal(Now + 10, _stamps.Next(Fixture.Url, Now + 10));
    }

    [Fact]
    public void Other_urls_keep_the_time()
    {
        // 4,096 places for 64 URLs: a few may meet, which pushes a stamp on by a millisecond each.
        long[] stamps = [.. Enumerable.Range(0, 64).Select(number => _stamps.Next($"{Fixture.Url}&n={number}", Now))];
        Assert.All(stamps, stamp => Assert.InRange(stamp, Now, Now + 5));
        Assert.True(stamps.Count(stamp => stamp == Now) > 50);
    }

    [Fact]
    public void A_clock_that_is_set_back_a_little_does_not_bring_a_stamp_back()
    {
        Assert.Equal(Now, _stamps.Next(Fixture.Url, Now));
        Assert.Equal(Now + 1, _stamps.Next(Fixture.Url, Now - 1));
        Assert.Equal(Now + 2, _stamps.Next(Fixture.Url, Now - 59_000));
        Assert.Equal(Now + 3, _stamps.Next(Fixture.Url, Now + 2 - 60_000)); // exactly a minute behind
    }

    [Fact]
    public void A_clock_that_is_set_back_by_more_than_a_minute_is_followed()
    {
        // Providers would refuse stamps so far ahead, and every request with them.
        Assert.Equal(Now, _stamps.Next(Fixture.Url, Now));
        Assert.Equal(Now - 60_001, _stamps.Next(Fixture.Url, Now - 60_001));
        Assert.Equal(Now - 60_000, _stamps.Next(Fixture.Url, Now - 60_001));
    }

    [Fact]
    public void More_requests_than_milliseconds_do_not_bring_a_stamp_back()
    {
        long[] stamps = [.. Enumerable.Range(0, 70_000).Select(_ => _stamps.Next(Fixture.Url, Now))];
        Assert.Equal(stamps.Length, stamps.Distinct().Count());
    }

    [Fact]
    public void A_clock_that_was_wrong_and_is_set_back_leaves_no_url_in_the_future()
    {
        const long wrong = Now + 3_600_000;
        _stamps.Next(Fixture.Url, wrong);
        Assert.Equal(Now, _stamps.Next("https://other.example/", Now));
        Assert.Equal(Now, _stamps.Next(Fixture.Url, Now));
    }

    [Fact]
    public void Eight_threads_at_once_never_get_the_same_stamp()
    {
        long[][] stamps = [.. Enumerable.Range(0, 8).Select(_ => new long[2000])];
        Threads.Run(8, thread =>
        {
            for (int round = 0; round < 2000; round++) stamps[thread][round] = _stamps.Next(Fixture.Url, Now + (round / 100));
        });
        Assert.Equal(16_000, stamps.SelectMany(some => some).Distinct().Count());
    }
}
