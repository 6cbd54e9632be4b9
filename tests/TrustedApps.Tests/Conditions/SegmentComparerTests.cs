using System.Text;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class SegmentComparerTests
{
    private static readonly SegmentComparer _comparer = SegmentComparer.Instance;

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "A", false)]
    [InlineData("a", "ab", false)]
    [InlineData("", "", true)]
    [InlineData("é", "é", true)]
    [InlineData("é", "e\u0301", false)]
    public void Segments_are_the_same_byte_for_byte(string one, string other, bool same)
    {
        byte[] first = Encoding.UTF8.GetBytes(one), second = Encoding.UTF8.GetBytes(other);
        Assert.Equal(same, _comparer.Equals(first, second));
        Assert.Equal(same, _comparer.Equals(first.AsSpan(), second));
        if (same) Assert.Equal(_comparer.GetHashCode(first), _comparer.GetHashCode(second.AsSpan()));
    }

    [Fact]
    public void An_array_made_of_a_segment_is_that_segment() => Assert.Equal("ab"u8, _comparer.Create("ab"u8));
}
