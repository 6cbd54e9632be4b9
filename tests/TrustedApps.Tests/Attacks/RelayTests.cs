using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Attacks;

/// <summary>A request that was meant for another provider.</summary>
public class RelayTests
{
    public static TheoryData<string> LegacyVersions => Fixture.LegacyVersions;

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task A_request_to_another_provider_is_not_taken_from_it(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        Request relayed = Request.Of(version, url: "https://evil.example/app/rest/issues?q=open");

        // The other provider passes it on as it is, Host header and all: everything that is signed is right.
        Assert.Equal("BAD_URL", await provider.Answer(relayed with { Host = "evil.example" }));
        // Or it names us: then the signature is for another URL (version 1 signs none).
        Assert.Equal(name == "1" ? "OK fred" : "BAD_SIGNATURE", await provider.Answer(relayed));
    }

    [Fact]
    public async Task A_grant_of_version_4_for_another_provider_is_not_taken_from_it()
    {
        // Certificates are public: who serves ours as its own gets grants that open here, for its own base URL.
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        KeyGrant otherProvider = Fixture.NewGrant(audience: "evil"), otherBase = Fixture.NewGrant(baseUrl: BaseUrl.Parse("https://evil.example/app"));
        foreach (KeyGrant grant in new[] { otherProvider, otherBase })
        {
            Request relayed = Request.Of(ProtocolVersion.Version4, grant: grant);
            Assert.Equal("BAD_AUDIENCE", await provider.Answer(relayed));
            Assert.Equal("BAD_AUDIENCE", await provider.Answer(relayed with { Host = "evil.example" }));
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("tracker.example.evil.example")]
    [InlineData("tracker.example@evil.example")]
    [InlineData("evil.example/tracker.example")]
    [InlineData("tracker.example:80")]
    [InlineData("tracker.example:443")]
    [InlineData("tracker.example.")]
    [InlineData("TRACKER.EXAMPLE")]
    [InlineData("tracker.example ")]
    [InlineData(" tracker.example")]
    [InlineData("tracker.example, evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("")]
    public async Task A_foreign_host_is_refused_even_when_the_signature_is_for_it(string host)
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Request request = Request.Of(ProtocolVersion.Atlassian3, url: $"https://{host}{Fixture.Target}") with { Host = host };
        Assert.Equal("BAD_URL", await provider.Answer(request));
    }

    [Fact]
    public async Task A_neighbour_on_the_same_host_is_another_provider()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Request Mounted(string pathBase, string target, string host = "tracker.example") =>
            Request.Of(ProtocolVersion.Atlassian3, url: $"https://{host}{target}") with { Host = host, PathBase = pathBase, Target = target };
        Assert.Equal("BAD_URL", await provider.Answer(Mounted("/other", "/other/rest")));
        Assert.Equal("BAD_URL", await provider.Answer(Mounted("", "/app/rest")));
        Assert.Equal("BAD_URL", await provider.Answer(Mounted("", "/rest", host: "tracker.example/app")));
        Assert.Equal("OK fred", await provider.Answer(Mounted("/app", "/app/rest")));
    }

    [Fact]
    public async Task The_signature_is_for_the_target_exactly_as_it_was_sent()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Request request = Request.Of(ProtocolVersion.Atlassian3);
        string[] others =
        [
            "/app/rest/issues", "/app/rest/issues?", "/app/rest/issues?q=open&", "/app/rest/issues?q=OPEN", "/app/rest/issues?q=%6Fpen",
            "/app/rest/%69ssues?q=open", "/app//rest/issues?q=open", "/app/./rest/issues?q=open", "/app/x/../rest/issues?q=open",
            "/app/rest/issues/?q=open", "/app/rest/issues?q=open#x", "/app/rest/issues;x?q=open",
        ];
        foreach (string target in others) Assert.Equal("BAD_SIGNATURE", await provider.Answer(request with { Target = target }));
        Assert.Equal("OK fred", await provider.Answer(request));
    }
}
