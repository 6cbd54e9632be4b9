using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Certificates;

namespace TrustedApps.Interop.Tests;

/// <summary>Version 4 in both directions against the foreign peer; and everything that it knows to get wrong.</summary>
public sealed class JosePeerTests(JosePeerTests.Applications applications) : IClassFixture<JosePeerTests.Applications>
{
    private const string Target = "/rest/api/issues?q=open";

    [Fact]
    public async Task The_peer_agrees_with_itself()
    {
        (int exitCode, string output, string errors) = await JosePeer.RunAsync("selftest.mjs", [], "");

        Assert.True(exitCode == 0, output + errors);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Each_variant_that_the_peer_sends_gets_the_verdict_and_code_of_the_specification(bool isAllowed)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await using JoseProvider provider = await JoseProvider.StartAsync([applications.Consumer, applications.Other], allowSelf: isAllowed, allowUnboundContent: isAllowed, now);
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
        });
        JsonNode[] variants = [.. all.AsArray().Select(variant => variant!).Where(variant => IsFor(variant["needs"], isAllowed))];

        IReadOnlyList<JsonNode> answers = await JosePeer.SendAsync(provider.BaseUrl, variants);

        Assert.True(variants.Length > (isAllowed ? 800 : 4), $"Only {variants.Length} variants.");
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

    [Theory]
    [InlineData("fred", "GET", null, null)]
    [InlineData("жанна 𝄞", "GET", null, null)]
    [InlineData("fred", "POST", "{\"summary\":\"é\"}", "application/json; charset=utf-8")]
    [InlineData(null, "DELETE", null, null)]
    public async Task The_peer_opens_what_we_issue(string? user, string method, string? content, string? contentType)
    {
        const string baseUrl = "https://node.example/app";
        const string target = "/app/rest/issues?q=%C3%A9&x=1";
        byte[] bytes = Encoding.UTF8.GetBytes(content ?? "");
        Assert.True(ApplicationCertificate.TryRead(Encoding.UTF8.GetBytes(applications.Other["certificate"]!.ToJsonString()), DateTimeOffset.UtcNow, out ApplicationCertificate? provider, out string? problem), problem);
        var issuer = new AssertionIssuer(JoseProvider.Keys, provider, BaseUrl.Parse(baseUrl));

        AssertionHeaders headers = await issuer.IssueAsync(user, "https://node.example" + target, method, ContentBinding.Of(bytes, contentType), TestContext.Current.CancellationToken);
        JsonNode verdict = await JosePeer.AskAsync("open", new
        {
            provider = new { id = applications.Other["id"], keys = applications.Other["keys"], baseUrls = new[] { baseUrl } },
            consumer = JoseProvider.Certificate,
            headers = headers.Enumerate().ToDictionary(StringComparer.Ordinal),
            request = new { method, uri = target, content = content is null ? null : Convert.ToBase64String(bytes), contentType },
            now = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            allowSelf = true,
        });

        Assert.True(verdict["accepted"]!.GetValue<bool>(), verdict.ToJsonString());
        Assert.Equal(user, verdict["user"]?.GetValue<string>());
    }

    private static bool IsFor(JsonNode? needs, bool isAllowed)
    {
        bool? self = needs?["allowSelf"]?.GetValue<bool>(), unbound = needs?["allowUnboundContent"]?.GetValue<bool>();
        return isAllowed ? self != false && unbound != false : self == false || unbound == false;
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

    /// <summary>Applications of the peer: a consumer with two signing keys, another that is trusted, and one that is not.</summary>
    public sealed class Applications : IAsyncLifetime
    {
        public JsonNode Consumer { get; private set; } = null!;

        public JsonNode Other { get; private set; } = null!;

        public JsonNode Stranger { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Consumer = await MakeAsync("wiki:8731", signing: 2);
            Other = await MakeAsync("blog:1", signing: 1);
            Stranger = await MakeAsync("stranger:1", signing: 1);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static Task<JsonNode> MakeAsync(string id, int signing) =>
            JosePeer.AskAsync("new-application", new { id, bits = 2048, signing, encryption = 1, name = id });
    }
}
