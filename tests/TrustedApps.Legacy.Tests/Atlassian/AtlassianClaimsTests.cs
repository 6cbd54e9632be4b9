using System.Text;
using TrustedApps.Legacy.Atlassian;
using TrustedApps.Protocols;

namespace TrustedApps.Legacy.Tests.Atlassian;

public class AtlassianClaimsTests
{
    private const string Magic = Fixture.Magic;

    [Fact]
    public void The_text_has_a_line_each_for_stamp_user_and_magic() =>
        Assert.Equal("1795000000000\nfred\n-1159983122", AtlassianClaims.Write(1795000000000, "fred"));

    [Property]
    public Property What_is_written_is_read_again() => ForAll.In(
        from stamp in Gen.Choose(1, int.MaxValue)
        from user in Generators.TextOf(["a", " ", "é", "\U0001F600", "\u2028", "\"", Magic], 6)
        where user.Length > 0
        select (stamp: (long)stamp * 1000, user),
        given => Read(AtlassianClaims.Write(given.stamp, given.user)) == $"{given.stamp} {given.user}");

    [Property(MaxTest = 10_000)]
    public Property Whatever_is_read_is_what_would_be_written() => ForAll.In(
        Generators.Mutate(
            Gen.OneOf(
                Gen.Constant($"1795000000000\nfred\n{Magic}"),
                Generators.TextOf(["\n", "\n", Magic, "1795000000000", "fred", "\r", "0", "\0"], 8)),
            Gen.OneOf(Generators.AnyCharacter, Gen.Elements('\n', '\r', '\0', '0'))),
        text => AtlassianClaims.Read(Encoding.UTF8.GetBytes(text), out LegacyAssertion read) is not null
            || AtlassianClaims.Write(read.Milliseconds, read.User) == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("")]
    [InlineData("1795000000000")]
    [InlineData("1795000000000\nfred")]
    [InlineData("1795000000000\nfred\n")]
    [InlineData($"1795000000000\nfred\n{Magic} ")]
    [InlineData($"1795000000000\nfred\n {Magic}")]
    [InlineData($"1795000000000\nfred\n{Magic}\r")]
    [InlineData($"1795000000000\r\nfred\r\n{Magic}\r\n")]
    [InlineData("1795000000000\nfred\n-1159983123")]
    [InlineData("1795000000000\nfred\n1159983122")]
    [InlineData($"1795000000000\n{Magic}")]
    [InlineData($"1795000000000\nfred\n\n{Magic}")]
    [InlineData($"1795000000000\nfr\ned\n{Magic}")]
    [InlineData($"{Magic}\n{Magic}")]
    [InlineData("not\neven\nthat")]
    public void A_third_line_that_is_not_the_magic_is_BAD_MAGIC_whatever_the_rest(string text) => Assert.Equal("BAD_MAGIC", Read(text));

    [Theory]
    [InlineData($"1795000000000\nfred\n{Magic}\n")] // more than three lines
    [InlineData($"1795000000000\nfred\n{Magic}\n{Magic}")]
    [InlineData($"1795000000000\nadmin\n{Magic}\nfred\n{Magic}")]
    [InlineData($"\n\n{Magic}")] // no stamp
    [InlineData($"\nfred\n{Magic}")]
    [InlineData($"now\nfred\n{Magic}")]
    [InlineData($"01795000000000\nfred\n{Magic}")]
    [InlineData($"-1795000000000\nfred\n{Magic}")]
    [InlineData($"1795000000000 \nfred\n{Magic}")]
    [InlineData($"1795000000000\r\nfred\n{Magic}")]
    [InlineData($"1795000000000\n\n{Magic}")] // no user
    [InlineData($"1795000000000\nfred\r\n{Magic}")]
    [InlineData($"1795000000000\nfr\ted\n{Magic}")]
    [InlineData($"\uFEFF1795000000000\nfred\n{Magic}")]
    public void Otherwise_what_is_malformed_is_SYSTEM(string text) => Assert.Equal("SYSTEM", Read(text));

    [Fact]
    public void What_is_not_UTF8_is_SYSTEM_before_the_third_line_is_looked_at()
    {
        Assert.Equal("SYSTEM", Read([0xFF]));
        Assert.Equal("SYSTEM", Read([.. Encoding.ASCII.GetBytes("1795000000000\nfr"), 0xE9, .. Encoding.ASCII.GetBytes($"d\n{Magic}")]));
    }

    [Fact]
    public void The_refusal_says_what_is_wrong()
    {
        Assert.Equal("it is not UTF-8", Detail([0xFF]));
        Assert.Equal("it has more than three lines", Detail(Encoding.ASCII.GetBytes($"1\na\n{Magic}\n")));
        Assert.Equal("its time stamp is not 1 to 15 digits", Detail(Encoding.ASCII.GetBytes($"x\na\n{Magic}")));
    }

    private static string Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static string Read(byte[] text) => AtlassianClaims.Read(text, out LegacyAssertion read)?.Problem switch
    {
        null => string.Create(CultureInfo.InvariantCulture, $"{read.Milliseconds} {read.User}"),
        LegacyProblem.MagicWrong => "BAD_MAGIC",
        LegacyProblem.Malformed => "SYSTEM",
        LegacyProblem other => other.ToString(),
    };

    private static string? Detail(byte[] text) => AtlassianClaims.Read(text, out _)!.Value.Detail;
}
