using TrustedApps.Legacy.Wire;
using TrustedApps.Protocols;

namespace TrustedApps.Legacy.Tests.Wire;

public class LegacyClaimsTests
{
    [Fact]
    public void The_text_is_stamp_line_feed_and_user() => Assert.Equal("1795000000000\nfred", LegacyClaims.Write(1795000000000, "fred"));

    [Theory]
    [InlineData("1\na", 1, "a")]
    [InlineData("999999999999999\na", 999_999_999_999_999, "a")]
    [InlineData("1795000000000\n Fred  Bloggs ", 1_795_000_000_000, " Fred  Bloggs ")]
    [InlineData("1795000000000\nZoë \U0001F600\u2028\u00A0\u202E", 1_795_000_000_000, "Zoë \U0001F600\u2028\u00A0\u202E")]
    public void A_stamp_and_a_user_are_read(string text, long stamp, string user)
    {
        Assert.Null(LegacyClaims.TryRead(text, out long milliseconds, out string name));
        Assert.Equal((stamp, user), (milliseconds, name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nfred")]
    [InlineData("0\nfred")]
    [InlineData("01\nfred")]
    [InlineData("1000000000000000\nfred")]
    [InlineData("99999999999999999999\nfred")]
    [InlineData("-1\nfred")]
    [InlineData("+1\nfred")]
    [InlineData(" 1\nfred")]
    [InlineData("1 \nfred")]
    [InlineData("1\r\nfred")]
    [InlineData("1\0\nfred")]
    [InlineData("1.5\nfred")]
    [InlineData("1e3\nfred")]
    [InlineData("１\nfred")]
    [InlineData("٣\nfred")]
    [InlineData("fred")]
    public void A_stamp_is_1_to_15_digits_of_which_the_first_is_not_0(string text) =>
        Assert.Equal("its time stamp is not 1 to 15 digits", LegacyClaims.TryRead(text, out _, out _));

    [Fact]
    public void Without_a_second_line_there_is_no_user() => Assert.Equal("it has no user name", LegacyClaims.TryRead("1", out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("fred\n")]
    [InlineData("\nfred")]
    [InlineData("fr\ned")]
    [InlineData("fred\r")]
    [InlineData("fr\ted")]
    [InlineData("fred\0")]
    [InlineData("fr\u001Bed")]
    [InlineData("fr\u007Fed")]
    [InlineData("fr\u0085ed")]
    [InlineData("fr\u009Fed")]
    public void A_user_is_not_empty_and_has_no_control_characters(string user) => AssertNoUser(user);

    [Fact]
    public void A_user_is_well_formed()
    {
        AssertNoUser("fred\uD83D");
        AssertNoUser("\uDE00fred");
        AssertNoUser("\uDE00\uD83D");
    }

    [Fact]
    public void A_user_has_at_most_1024_code_points()
    {
        AssertUser(new string('a', 1024));
        AssertUser(string.Concat(Enumerable.Repeat("\U0001F600", 1024)));
        AssertNoUser(new string('a', 1025));
        AssertNoUser(string.Concat(Enumerable.Repeat("\U0001F600", 1025)));
        AssertNoUser(string.Concat(Enumerable.Repeat("\U0001F600", 1023)) + "aa"); // 2,048 characters, 1,025 code points
        AssertNoUser(new string('a', 100_000));
    }

    [Property(MaxTest = 10_000)]
    public Property Whatever_is_read_is_what_would_be_written() => ForAll.In(
        Generators.Mutate(Gen.Elements("1795000000000\nfred", "1\nZoë", "999999999999999\na\n"), Gen.OneOf(Generators.AnyCharacter, Gen.Elements('\n', '0', '\0'))),
        text => LegacyClaims.TryRead(text, out long stamp, out string user) is not null || LegacyClaims.Write(stamp, user) == text);

    [Fact]
    public void A_url_is_not_empty_and_has_no_control_characters()
    {
        Assert.Equal(Fixture.Url, LegacyClaims.RequireUrl(Fixture.Url));
        foreach (string bad in new[] { "", "https://h/\n", "https://h/\r\nX: y", "https://h/\0", "https://h/\u007F", "https://h/\u0085" })
        {
            Assert.Throws<ArgumentException>("url", () => LegacyClaims.RequireUrl(bad));
        }
    }

    private static void AssertUser(string user)
    {
        Assert.Null(LegacyClaims.TryRead("1\n" + user, out _, out string read));
        Assert.Equal(user, read);
        Assert.Equal("1\n" + user, LegacyClaims.Write(1, user));
    }

    private static void AssertNoUser(string user)
    {
        Assert.Equal("its user name is empty, too long, or holds a line break or control character", LegacyClaims.TryRead("1\n" + user, out _, out _));
        Assert.Throws<ArgumentException>(nameof(user), () => LegacyClaims.Write(1, user));
    }
}
