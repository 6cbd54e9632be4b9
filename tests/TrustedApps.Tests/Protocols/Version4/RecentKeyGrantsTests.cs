using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class RecentKeyGrantsTests
{
    private readonly RecentKeyGrants _refused = new(places: 4096, lifetime: 60);

    [Fact]
    public void A_grant_is_remembered_for_60_seconds_and_no_longer()
    {
        UInt128 mark = RecentKeyGrants.MarkOf("wiki", "token");
        Assert.False(_refused.Contains(mark, 1000));
        _refused.Add(mark, 1000);
        Assert.True(_refused.Contains(mark, 1000));
        Assert.True(_refused.Contains(mark, 1060));
        Assert.False(_refused.Contains(mark, 1061));
        Assert.False(_refused.Contains(mark, 999)); // a clock that was set back
    }

    [Fact]
    public void What_is_seen_again_in_time_is_counted()
    {
        for (long now = 1000; now <= 1180; now += 60) _refused.Add(1, now);
        Assert.Equal((4, 0), (_refused.CountOf(1, 1240), _refused.CountOf(1, 1241)));
        _refused.Add(1, 1241);
        Assert.Equal(1, _refused.CountOf(1, 1241));
    }

    [Fact]
    public void Application_and_token_make_the_mark_together()
    {
        UInt128[] marks = [RecentKeyGrants.MarkOf("wiki", "token"), RecentKeyGrants.MarkOf("wiki", "tokem"), RecentKeyGrants.MarkOf("blog", "token"), RecentKeyGrants.MarkOf("wikit", "oken")];
        Assert.Equal(4, marks.Distinct().Count());
        _refused.Add(marks[0], 1000);
        Assert.All(marks[1..], other => Assert.False(_refused.Contains(other, 1000)));
    }

    [Fact]
    public void One_that_takes_the_place_of_another_is_not_taken_for_it()
    {
        _refused.Add(1, 1000);
        _refused.Add(1 + 4096, 1000);
        Assert.False(_refused.Contains(1, 1000));
        Assert.True(_refused.Contains(1 + 4096, 1000));
    }
}
