using System.Text;
using System.Text.Json.Nodes;

namespace TrustedApps.Interop.Tests;

/// <summary>The consumer half of the foreign peer against our provider, on real sockets.</summary>
public sealed class ForeignConsumerTests(JoseApplications applications) : IClassFixture<JoseApplications>
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task It_names_the_grant_that_we_keep(bool proof)
    {
        JsonNode[] answers = await SendAsync(
            proof,
            new { method = "GET", uri = "/whoami", user = "жанна" },
            new { method = "GET", uri = "/whoami", user = "жанна" },
            new { method = "POST", uri = "/whoami", user = "жанна", content = Base64("{}"), contentType = "application/json" },
            new { method = "HEAD", uri = "/whoami", user = "жанна" },
            new { method = "DELETE", uri = "/empty" });

        Assert.Equal([true, false, true, false, false], answers.Select(answer => Attempt(answer)["key"]!.GetValue<bool>()));
        Assert.All(answers, answer => Assert.Single(answer["attempts"]!.AsArray()));
        Assert.All(answers, answer => Assert.Null(answer["code"]));
        Assert.Equal([200, 200, 200, 200, 204], answers.Select(answer => answer["status"]!.GetValue<int>()));
        Assert.Equal(["жанна", "жанна", "жанна", "", ""], answers.Select(TextOf));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task It_sends_once_more_with_Key_when_we_do_not_have_its_grant(bool proof)
    {
        JsonNode[] answers = await SendAsync(
            proof,
            nameAtOnce: true,
            new { method = "GET", uri = "/whoami", user = "fred" });

        JsonArray attempts = answers[0]["attempts"]!.AsArray();
        Assert.Equal(["GRANT_NEEDED", null], attempts.Select(attempt => attempt!["code"]?.GetValue<string>()));
        Assert.Equal([false, true], attempts.Select(attempt => attempt!["key"]!.GetValue<bool>()));
        Assert.Equal("fred", TextOf(answers[0]));
    }

    [Fact]
    public async Task It_passes_on_who_asked_and_narrows_itself_and_binds_headers()
    {
        string own = applications.Consumer["id"]!.GetValue<string>();
        var bind = new Dictionary<string, string> { ["Idempotency-Key"] = "abc-1" };
        JsonNode[] answers = await SendAsync(
            proof: true,
            new { method = "GET", uri = "/actors", user = "fred", act = new[] { own, "desk:1", "mail:2" }, scope = new[] { "issues.read" }, bind },
            new { method = "GET", uri = "/actors", user = "fred", act = new[] { own, "desk:1", "mail:2", "phone:3" } },
            new { method = "GET", uri = "/whoami", user = "fred", scope = new[] { "other" } },
            new { method = "GET", uri = "/whoami", user = "fred", headers = bind });

        Assert.Equal(["desk:1,mail:2;issues.read", "desk:1,mail:2,phone:3;issues.read,issues.write,!"], answers[..2].Select(TextOf));
        Assert.Equal(["PERMISSION_DENIED", "BAD_SIGNATURE"], answers[2..].Select(answer => answer["code"]!.GetValue<string>()));
        Assert.All(answers[2..], answer => Assert.Equal(answer["code"]!.GetValue<string>(), answer["proof"]!["err"]!.GetValue<string>().Split(';')[0]));
    }

    [Fact]
    public async Task It_takes_every_kind_of_response_that_we_prove()
    {
        JsonNode[] answers = await SendAsync(
            proof: true,
            new { method = "GET", uri = "/whoami", user = "fred" },
            new { method = "GET", uri = "/empty" },
            new { method = "GET", uri = "/redirect" },
            new { method = "GET", uri = "/fails" },
            new { method = "GET", uri = "/typed" },
            new { method = "HEAD", uri = "/typed" },
            new { method = "GET", uri = "/streamed" });

        Assert.Equal([200, 204, 302, 500, 200, 200], answers[..6].Select(answer => answer["proof"]!["sts"]!.GetValue<int>()));
        Assert.Equal("/elsewhere?x=1", answers[2]["proof"]!["hdr"]!["location"]!.GetValue<string>());
        Assert.Equal("application/json", answers[4]["proof"]!["cty"]!.GetValue<string>());
        Assert.Contains("content that is not proven", answers[6]["unproven"]!.GetValue<string>(), StringComparison.Ordinal); // HTTP/1.1: no trailer
    }

    private static JsonNode Attempt(JsonNode answer) => answer["attempts"]!.AsArray()[^1]!;

    private static string TextOf(JsonNode answer) => Encoding.UTF8.GetString(Convert.FromBase64String(answer["content"]!.GetValue<string>()));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private Task<JsonNode[]> SendAsync(bool proof, params object[] requests) => SendAsync(proof, nameAtOnce: false, requests);

    private async Task<JsonNode[]> SendAsync(bool proof, bool nameAtOnce, params object[] requests)
    {
        await using JoseProvider provider = await JoseProvider.StartAsync([applications.Consumer], "open");
        JsonNode answers = await JosePeer.AskAsync("send", new { application = applications.Consumer, provider = JoseProvider.Certificate, @base = provider.BaseUrl, proof, nameAtOnce, requests });
        return [.. answers.AsArray().Select(answer => answer!)];
    }
}
