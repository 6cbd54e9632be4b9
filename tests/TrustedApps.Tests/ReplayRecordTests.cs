namespace TrustedApps.Tests;

public class ReplayRecordTests
{
    private static readonly ReplayMark _one = new(1, 11);
    private static readonly ReplayMark _two = new(2, 12);

    [Fact]
    public void A_record_of_version_4_has_one_mark_without_companion()
    {
        ReplayRecord record = ReplayRecord.Once("wiki", 5, 1000, 3000, 2000);
        Assert.True(record.IsOnceOnly);
        Assert.Equal([new ReplayMark(5, 0)], record.Marks.ToArray());
        Assert.Equal(("wiki", 1000, 3000, 2000), (record.ApplicationId, record.IssuedAt, record.Until, record.Now));
    }

    [Fact]
    public void An_older_one_has_one_or_two()
    {
        ReplayRecord record = ReplayRecord.Legacy("wiki", [_one, _two], 1000, 3000, 2000);
        Assert.False(record.IsOnceOnly);
        Assert.Equal([_one, _two], record.Marks.ToArray());
        Assert.Equal(("wiki", 1000, 3000, 2000), (record.ApplicationId, record.IssuedAt, record.Until, record.Now));
        Assert.Equal([_two], ReplayRecord.Legacy("wiki", [_two], 1000, 3000, 2000).Marks.ToArray());
    }

    [Fact]
    public void None_and_three_are_mistakes()
    {
        Assert.Throws<ArgumentException>("marks", () => ReplayRecord.Legacy("wiki", [], 1000, 3000, 2000));
        Assert.Throws<ArgumentOutOfRangeException>("ahead", () => ReplayRecord.Legacy("wiki", [_one], 1000, 3000, 2000, -1));
        Assert.Throws<ArgumentOutOfRangeException>("ahead", () => ReplayRecord.Legacy("wiki", [_one], 1000, 3000, 2000, 86_400_001));
        Assert.Throws<ArgumentException>("marks", () => ReplayRecord.Legacy("wiki", [_one, _two, _one], 1000, 3000, 2000));
    }

    [Fact]
    public void It_belongs_to_an_application()
    {
        Assert.Throws<ArgumentNullException>("applicationId", () => ReplayRecord.Once(null!, 5, 1000, 3000, 2000));
        Assert.Throws<ArgumentException>("applicationId", () => ReplayRecord.Once("", 5, 1000, 3000, 2000));
        Assert.Throws<ArgumentException>("applicationId", () => ReplayRecord.Legacy("", [_one], 1000, 3000, 2000));
    }

    [Fact]
    public void Version_4_knows_no_time_before_1970_and_no_end_before_the_beginning()
    {
        Assert.Throws<ArgumentOutOfRangeException>("issuedAt", () => ReplayRecord.Once("wiki", 5, -1, 3000, 2000));
        Assert.Throws<ArgumentOutOfRangeException>("until", () => ReplayRecord.Once("wiki", 5, 1000, 999, 2000));
        Assert.Equal(0, ReplayRecord.Once("wiki", 5, 0, 0, 0).Until);
    }

    [Fact]
    public void The_default_value_has_no_marks() => Assert.True(default(ReplayRecord).Marks.IsEmpty);
}
