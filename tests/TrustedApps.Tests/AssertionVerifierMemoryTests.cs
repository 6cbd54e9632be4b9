using TrustedApps.Replay;

namespace TrustedApps.Tests;

/// <summary>The verifier and what was seen before, under older versions. Under version 4: AssertionVerifierVersion4Tests.</summary>
public class AssertionVerifierMemoryTests
{
    public static TheoryData<string> LegacyVersions => Fixture.LegacyVersions;

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task Identical_headers_may_repeat_when_reading(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        Request request = Request.Of(version);
        Assert.Equal("OK fred", await provider.Answer(request));
        Assert.Equal("OK fred", await provider.Answer(request));
        Assert.Equal("OK fred", await provider.Answer(request with { Method = "HEAD" }));
    }

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task Unless_the_trust_refuses_that(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = [version], RefuseReplays = true };
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, conditions));
        Request request = Request.Of(version);
        Assert.Equal("OK fred", await provider.Answer(request));
        Assert.Equal("REPLAYED", await provider.Answer(request));
        Assert.Equal("REPLAYED", await provider.Answer(request with { Method = "HEAD" }));
    }

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task Any_other_method_takes_headers_once(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = [version], Methods = ["GET", "POST", "DELETE"] };
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, conditions));
        Request request = Request.Of(version);
        Assert.Equal("OK fred", await provider.Answer(request with { Method = "POST" }));
        Assert.Equal("REPLAYED", await provider.Answer(request with { Method = "POST" }));
        Assert.Equal("REPLAYED", await provider.Answer(request with { Method = "DELETE" }));
        Assert.Equal("OK fred", await provider.Answer(request)); // reading again is allowed

        Request second = Request.Of(version, stamp: Fixture.Stamp + 1);
        Assert.Equal("OK fred", await provider.Answer(second));
        Assert.Equal("REPLAYED", await provider.Answer(second with { Method = "POST" }));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2", 2)]
    [InlineData("3", 0)] // all is signed and every repetition allowed: nothing could be refused
    [InlineData("warwick", 0)]
    public async Task What_could_refuse_something_is_remembered(string name, int marks)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        await provider.Verify(Request.Of(version));
        Assert.Equal(marks, provider.Memory.Count);
    }

    [Fact]
    public async Task Verifiers_that_share_a_memory_share_what_they_saw()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Methods = ["POST"] };
        var one = new Provider(Fixture.Trust(Fixture.Wiki, conditions));
        var other = new Provider(Fixture.Trust(Fixture.Wiki, conditions)) { Memory = one.Memory };
        Request request = Request.Of(ProtocolVersion.Atlassian3) with { Method = "POST" };
        Assert.Equal("OK fred", await one.Answer(request));
        Assert.Equal("REPLAYED", await other.Answer(request));
    }

    [Fact]
    public async Task A_full_memory_refuses_what_it_could_not_remember_and_recovers()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Methods = ["POST"] };
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, conditions)) { Memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { Capacity = 1, IsNewInstallation = true }) };
        Request Post(long offset) => Request.Of(ProtocolVersion.Atlassian3, stamp: Fixture.Stamp + offset) with { Method = "POST" };
        Assert.Equal("OK fred", await provider.Answer(Post(0)));
        Assert.Equal("UNAVAILABLE", await provider.Answer(Post(1)));
        provider.Clock.Advance(TimeSpan.FromSeconds(75));
        Assert.Equal("OK fred", await provider.Answer(Post(75_000)));
    }

    [Theory]
    [InlineData("1", "GET")]
    [InlineData("2", "GET")]
    [InlineData("3", "POST")]
    [InlineData("warwick", "POST")]
    public async Task What_was_accepted_before_a_restart_is_not_accepted_again(string name, string method)
    {
        var version = ProtocolVersion.Parse(name);
        TrustedApplication trust = Fixture.Trust(Fixture.Wiki, new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = [version], Methods = [method] });
        var before = new Provider(trust);
        Request Ahead(long stamp) => Request.Of(version, stamp: before.Clock.GetUtcNow().ToUnixTimeMilliseconds() + stamp) with { Method = method };
        const long Furthest = 960_000; // the allowance, and a minute
        Request[] accepted = [Ahead(-60_000), Ahead(0), Ahead(Furthest)];
        foreach (Request request in accepted) Assert.Equal("OK fred", await before.Answer(request));

        var after = new Provider(trust) { Memory = new InMemoryReplayCache(time: before.Clock) };
        foreach (Request request in accepted) Assert.Equal("UNAVAILABLE", await after.Answer(request));
        after.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("OK fred", await after.Answer(Ahead(Furthest + 1))); // nobody would have accepted it before
        Assert.Equal("UNAVAILABLE", await after.Answer(accepted[2]));
    }

    [Fact]
    public async Task Of_identical_requests_at_once_exactly_one_is_accepted()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Methods = ["POST"] };
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, conditions));
        Request request = Request.Of(ProtocolVersion.Atlassian3) with { Method = "POST" };
        AssertionVerifier verifier = provider.Verifier;
        string[] answers = new string[8];
        Threads.Run(8, thread =>
        {
            Verdict verdict = verifier.VerifyAsync(request.ToIncoming(), users: null, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            answers[thread] = verdict.Accepted ? "OK" : verdict.Rejection.Value.ToString();
        });
        Assert.Equal(["OK", .. Enumerable.Repeat("REPLAYED", 7)], answers.Order(StringComparer.Ordinal).ToArray());
        Assert.Equal("REPLAYED", await provider.Answer(request));
    }
}
