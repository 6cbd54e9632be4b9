using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class ReplayEntryTests
{
    private static readonly ReplayKey _one = new(1, 11);
    private static readonly ReplayKey _two = new(2, 12);

    [Fact]
    public void A_record_of_version_4_has_one_mark_without_companion()
    {
        ReplayEntry record = ReplayEntry.Once("wiki", 5, 1000, 3000, 2000);
        Assert.True(record.IsSingleUse);
        Assert.Equal([new ReplayKey(5, 0)], record.Marks.ToArray());
        Assert.Equal(("wiki", 1000, 3000, 2000), (record.ApplicationId, record.IssuedAt, record.Until, record.Now));
    }

    [Fact]
    public void An_older_one_has_one_or_two()
    {
        ReplayEntry record = ReplayEntry.Legacy("wiki", [_one, _two], 1000, 3000, 2000);
        Assert.False(record.IsSingleUse);
        Assert.Equal([_one, _two], record.Marks.ToArray());
        Assert.Equal(("wiki", 1000, 3000, 2000), (record.ApplicationId, record.IssuedAt, record.Until, record.Now));
        Assert.Equal([_two], ReplayEntry.Legacy("wiki", [_two], 1000, 3000, 2000).Marks.ToArray());
    }

    [Fact]
    public void None_and_three_are_mistakes()
    {
        Assert.Throws<ArgumentException>("marks", () => ReplayEntry.Legacy("wiki", [], 1000, 3000, 2000));
        Assert.Throws<ArgumentOutOfRangeException>("ahead", () => ReplayEntry.Legacy("wiki", [_one], 1000, 3000, 2000, -1));
        Assert.Throws<ArgumentOutOfRangeException>("ahead", () => ReplayEntry.Legacy("wiki", [_one], 1000, 3000, 2000, 86_400_001));
        Assert.Throws<ArgumentException>("marks", () => ReplayEntry.Legacy("wiki", [_one, _two, _one], 1000, 3000, 2000));
    }

    [Fact]
    public void It_belongs_to_an_application()
    {
        Assert.Throws<ArgumentNullException>("applicationId", () => ReplayEntry.Once(null!, 5, 1000, 3000, 2000));
        Assert.Throws<ArgumentException>("applicationId", () => ReplayEntry.Once("", 5, 1000, 3000, 2000));
        Assert.Throws<ArgumentException>("applicationId", () => ReplayEntry.Legacy("", [_one], 1000, 3000, 2000));
    }

    [Fact]
    public void Version_4_knows_no_time_before_1970_and_no_end_before_the_beginning()
    {
        Assert.Throws<ArgumentOutOfRangeException>("issuedAt", () => ReplayEntry.Once("wiki", 5, -1, 3000, 2000));
        Assert.Throws<ArgumentOutOfRangeException>("until", () => ReplayEntry.Once("wiki", 5, 1000, 999, 2000));
        Assert.Equal(0, ReplayEntry.Once("wiki", 5, 0, 0, 0).Until);
    }

    [Fact]
    public void A_shared_key_depends_on_application_and_mark()
    {
        ReplayEntry entry = ReplayEntry.Legacy("wiki", [_one, _two], 1000, 3000, 2000);
        UInt128[] keys =
        [
            entry.GetSharedKey(0), entry.GetSharedKey(1), ReplayEntry.Legacy("blog", [_one], 1000, 3000, 2000).GetSharedKey(0),
        ];
        Assert.Equal(3, keys.Distinct().Count());
        Assert.Equal(keys[0], ReplayEntry.Once("wiki", _one.Key, 1000, 3000, 2000).GetSharedKey(0));
        Assert.Throws<IndexOutOfRangeException>(() => entry.GetSharedKey(2));
    }

    [Fact]
    public void An_application_waits_after_a_start_until_nothing_of_before_is_acceptable()
    {
        ReplayEntry entry = ReplayEntry.Legacy("wiki", [_one], 10_000, 20_000, 11_000, ahead: 3000);
        Assert.Equal(7000, entry.Since);
        Assert.Equal(TimeSpan.FromMilliseconds(2001), entry.GetStartupWait(9000));
        Assert.Equal(TimeSpan.FromMilliseconds(1), entry.GetStartupWait(7000));
        Assert.Null(entry.GetStartupWait(6999));
    }

    [Fact]
    public void The_default_value_has_no_marks() => Assert.True(default(ReplayEntry).Marks.IsEmpty);
}
