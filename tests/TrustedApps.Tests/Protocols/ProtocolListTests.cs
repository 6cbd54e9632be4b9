using TrustedApps.Limits;
using TrustedApps.Protocols;

namespace TrustedApps.Tests.Protocols;

public class ProtocolListTests
{
    private static readonly AssertionVerifierOptions _options = new() { LegacyProtocols = LegacyProtocols.All };

    public static TheoryData<string> Versions => Fixture.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_version_has_its_protocol(string name)
    {
        var version = ProtocolVersion.Parse(name);
        Assert.Same(version, Create().Find(version)?.Version);
        Assert.Same(version, Fixture.Issue(version).FindVersion());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("5")]
    [InlineData("04")]
    [InlineData("-1")]
    [InlineData("warwick")] // a name for people, not a version on the wire
    [InlineData(" 2")]
    [InlineData("2 ")]
    [InlineData("2\t")]
    [InlineData("+2")]
    [InlineData("02")]
    [InlineData("2.0")]
    [InlineData("2,2")]
    [InlineData("２")]
    public void A_version_is_named_character_for_character(string? version)
    {
        var headers = new AssertionHeaders(HeaderFamily.Atlassian, "wiki", version, null, null, "cert", null);
        Assert.Null(headers.FindVersion());
        Assert.Null(Create().Find(headers.FindVersion()));
    }

    [Fact]
    public void Headers_of_the_Warwick_dialect_name_no_version()
    {
        var headers = new AssertionHeaders(HeaderFamily.Warwick, "wiki", version: "3", null, null, "cert", null);
        Assert.Same(ProtocolVersion.Warwick, headers.FindVersion());
    }

    private static ProtocolList Create() => ProtocolList.Create(
        _options, new FailureBudget(TimeProvider.System), new AnswerTimeout(TimeSpan.FromSeconds(5), TimeProvider.System), new InMemoryTrustStore());
}
