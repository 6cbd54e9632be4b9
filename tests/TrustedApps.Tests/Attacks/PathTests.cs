namespace TrustedApps.Tests.Attacks;

/// <summary>Paths that the trust's patterns and the application could read in two ways.</summary>
public class PathTests
{
    private readonly Provider _provider = new(Fixture.Trust(
        Fixture.Wiki, new TrustConditions { Addresses = ["*"], Urls = ["/rest"], Versions = [.. ProtocolVersion.All] }));

    public static TheoryData<string> Versions => Fixture.Versions;

    [Theory]
    [InlineData("/app/restful")] // begins like it
    [InlineData("/app/rest.bak")]
    [InlineData("/app/rest%20")]
    [InlineData("/app/REST")]
    [InlineData("/app/rest/../admin")] // climbs out of it
    [InlineData("/app/rest/./../admin")]
    [InlineData("/app/rest/%2e%2e/admin")]
    [InlineData("/app/rest/%2E%2E/admin")]
    [InlineData("/app/rest/.%2e/admin")]
    [InlineData("/app/rest/%2e./admin")]
    [InlineData("/app/rest/..%2fadmin")]
    [InlineData("/app/rest/%2e%2e%2fadmin")]
    [InlineData("/app/rest/..%5cadmin")]
    [InlineData("/app/rest/..\\admin")]
    [InlineData("/app/rest/%252e%252e/admin")]
    [InlineData("/app/rest/%252e%252e%252fadmin")]
    [InlineData("/app/rest/%25%32%65%25%32%65/admin")]
    [InlineData("/app/rest/%c0%ae%c0%ae/admin")]
    [InlineData("/app/rest/%e0%80%ae%e0%80%ae/admin")]
    [InlineData("/app/rest/%u002e%u002e/admin")]
    [InlineData("/app/rest/..;/admin")]
    [InlineData("/app/rest/..;x=y/admin")]
    [InlineData("/app/rest/..%3b/admin")]
    [InlineData("/app/rest;/../admin")]
    [InlineData("/app/rest//admin")]
    [InlineData("/app//rest")]
    [InlineData("//app/rest")]
    [InlineData("/app/rest%2f..%2fadmin")]
    [InlineData("/app/rest%00/admin")]
    [InlineData("/app/rest%0a")]
    [InlineData("/app/%2e/rest")]
    [InlineData("/app/../app/rest")]
    [InlineData("/other/../app/rest")]
    [InlineData("/app%2frest")]
    [InlineData("/app/rest%")]
    [InlineData("/app/rest%zz")]
    [InlineData("https://tracker.example/app/rest")]
    public async Task A_path_with_two_readings_is_refused_although_it_is_signed(string target)
    {
        Request request = Request.Of(ProtocolVersion.Atlassian3, url: "https://tracker.example" + target) with { Target = target };
        Assert.Equal("BAD_URL", await _provider.Answer(request));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task So_it_is_in_every_version(string name)
    {
        const string climbing = "/app/rest/%2e%2e/admin";
        Request request = Request.Of(ProtocolVersion.Parse(name), url: "https://tracker.example" + climbing) with { Target = climbing };
        Assert.Equal("BAD_URL", await _provider.Answer(request));
        Assert.Equal("OK fred", await _provider.Answer(Request.Of(ProtocolVersion.Parse(name))));
    }

    [Theory]
    [InlineData("/rest/issues", "OK fred")]
    [InlineData("/admin", "BAD_URL")] // something between the server and the application rewrote it
    [InlineData("/rest/issues/", "BAD_URL")]
    [InlineData("", "BAD_URL")]
    public async Task The_path_that_is_served_is_the_path_that_was_looked_at(string routedPath, string answer) =>
        Assert.Equal(answer, await _provider.Answer(Request.Of(ProtocolVersion.Atlassian3) with { RoutedPath = routedPath }));
}
