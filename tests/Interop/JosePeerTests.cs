using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Certificates;

namespace TrustedApps.Interop.Tests;

/// <summary>Version 4 in both directions against the foreign peer; and everything that it knows to get wrong.</summary>
public sealed class JosePeerTests(JoseApplications applications) : IClassFixture<JoseApplications>
{
    private const string Target = "/rest/api/issues?q=open";

    [Fact]
    public async Task The_peer_agrees_with_itself()
    {
        (int exitCode, string output, string errors) = await JosePeer.RunAsync("selftest.mjs", [], "");

        Assert.True(exitCode == 0, output + errors);
    }

    [Theory, InlineData("open", 1200), InlineData("closed", 10), InlineData("listed", 6)] // an empty list, which allows nothing, cannot be configured
    public async Task Each_variant_that_the_peer_sends_gets_the_verdict_and_code_of_the_specification(string setting, int atLeast)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await using JoseProvider provider = await JoseProvider.StartAsync([applications.Consumer, applications.Other], setting, now);
        JsonNode all = await JosePeer.AskAsync("variants", new
        {
            application = applications.Consumer,
            other = applications.Other,
            stranger = applications.Stranger,
            provider = JoseProvider.Certificate,
            @base = provider.BaseUrl,
            method = "GET",
            uri = Target,
            now = now.ToUnixTimeSeconds(),
            settings = setting,
        });
        JsonNode[] variants = [.. all.AsArray().Select(variant => variant!)];

        IReadOnlyList<JsonNode> answers = await JosePeer.SendAsync(provider.BaseUrl, variants);

        Assert.True(variants.Length >= atLeast, $"Only {variants.Length} variants.");
        Assert.Equal(variants.Length, answers.Count);
        Assert.Empty(answers.Where(answer => !answer["asExpected"]!.GetValue<bool>()).Select(answer => answer.ToJsonString()));
        Assert.Empty(FindWrongUsers(variants, answers));
    }

    [Fact]
    public async Task The_peer_reads_our_certificate()
    {
        JsonNode read = await JosePeer.AskAsync("read-certificate", new { certificate = JoseProvider.Certificate, now = DateTimeOffset.UtcNow.ToUnixTimeSeconds() });

        Assert.Empty(read["problems"]!.AsArray());
        Assert.Equal("tracker:42", read["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task We_judge_the_certificates_of_the_peer_as_it_does()
    {
        JsonNode all = await JosePeer.AskAsync("certificate-variants", new { application = applications.Consumer, stranger = applications.Stranger, now = DateTimeOffset.UtcNow.ToUnixTimeSeconds() });

        string[] wrong = [.. all.AsArray().Select(variant => variant!).Where(variant => !IsJudgedRight(variant)).Select(variant => variant["name"]!.GetValue<string>())];

        Assert.Empty(wrong);
        Assert.True(all.AsArray().Count > 100);
    }

    private static IEnumerable<string> FindWrongUsers(JsonNode[] variants, IReadOnlyList<JsonNode> answers) =>
        from pair in variants.Zip(answers)
        let user = pair.First["user"]?.GetValue<string>()
        where pair.First["expect"]!.GetValue<string>() == "accepted" && user is not null && pair.First["steps"]!.AsArray()[^1]!["method"]!.GetValue<string>() != "HEAD"
        where pair.Second["body"]?.GetValue<string>() != user
        select $"{pair.First["name"]}: {pair.Second["body"]}";

    private static bool IsJudgedRight(JsonNode variant) =>
        ApplicationCertificate.TryRead(Encoding.UTF8.GetBytes(variant["document"]!.GetValue<string>()), DateTimeOffset.UtcNow, out _, out _)
        == (variant["expect"]!.GetValue<string>() == "accepted");
}
