using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Client;

namespace TrustedApps.Interop.Tests;

/// <summary>Our consumer against the provider half of the foreign peer.</summary>
public sealed class ForeignProviderTests(JoseApplications applications) : IClassFixture<JoseApplications>
{
    [Theory]
    [InlineData("fred", "GET", null, null)]
    [InlineData("жанна 𝄞", "GET", null, null)]
    [InlineData("fred", "POST", "{\"summary\":\"é\"}", "application/json; charset=utf-8")]
    [InlineData(null, "DELETE", null, null)]
    public async Task It_opens_what_we_issue(string? user, string method, string? content, string? contentType)
    {
        const string baseUrl = "https://node.example/app";
        const string target = "/app/rest/issues?q=%C3%A9&x=1";
        byte[] bytes = Encoding.UTF8.GetBytes(content ?? "");
        Assert.True(ApplicationCertificate.TryRead(Encoding.UTF8.GetBytes(applications.Other["certificate"]!.ToJsonString()), DateTimeOffset.UtcNow, out ApplicationCertificate? provider, out string? problem), problem);
        var issuer = new AssertionIssuer(JoseProvider.Keys, provider, BaseUrl.Parse(baseUrl));
        var request = new OutgoingRequest
        {
            Url = "https://node.example" + target,
            Method = method,
            User = user,
            Content = ContentBinding.Of(bytes, contentType),
            Actors = user is null ? [] : ["desk:1", "mail:2"],
            Scopes = ["issues.read"],
        };

        AssertionHeaders headers = await issuer.IssueAsync(request, TestContext.Current.CancellationToken);
        JsonNode verdict = await JosePeer.AskAsync("open", new
        {
            provider = new { id = applications.Other["id"], keys = applications.Other["keys"], baseUrls = new[] { baseUrl } },
            consumer = JoseProvider.Certificate,
            headers = headers.Enumerate().ToDictionary(StringComparer.Ordinal),
            request = new { method, uri = target, content = content is null ? null : Convert.ToBase64String(bytes), contentType },
            now = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            allowSelf = true,
            allowDelegation = true,
            scopes = new[] { "issues.read", "issues.write" },
        });

        Assert.True(verdict["accepted"]!.GetValue<bool>(), verdict.ToJsonString());
        Assert.Equal(user, verdict["user"]?.GetValue<string>());
        Assert.Equal(request.Actors, verdict["actors"]!.AsArray().Select(actor => actor!.GetValue<string>()));
        Assert.Equal(request.Scopes, verdict["scopes"]!.AsArray().Select(scope => scope!.GetValue<string>()));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task It_keeps_the_grant_that_we_name(bool requireProof)
    {
        await using ForeignProvider provider = await ForeignProvider.StartAsync(applications.Other);
        using HttpClient client = provider.CreateClient(options => options.RequireResponseProof = requireProof);

        JsonNode first = await AskAsync(client, new(HttpMethod.Get, "/whoami"), "жанна 𝄞");
        JsonNode second = await AskAsync(client, new(HttpMethod.Get, "/whoami"), "fred");
        JsonNode third = await AskAsync(client, new(HttpMethod.Post, "/whoami") { Content = new StringContent("{}") }, "fred");

        Assert.Equal([true, false, true], new[] { first, second, third }.Select(answer => answer["key"]!.GetValue<bool>()));
        Assert.Equal(["жанна 𝄞", "fred", "fred"], new[] { first, second, third }.Select(answer => answer["user"]!.GetValue<string>()));
        Assert.Equal("e30=", third["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_reads_who_asked_the_scopes_and_bound_headers()
    {
        await using ForeignProvider provider = await ForeignProvider.StartAsync(applications.Other);
        using HttpClient client = provider.CreateClient(options => options.RequireResponseProof = true);
        HttpRequestMessage Ask(string actor, string scope)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/whoami");
            request.Headers.Add("Idempotency-Key", "abc-1");
            request.PassedOnBy([actor]).WithScopes(scope);
            return request;
        }

        JsonNode accepted = await AskAsync(client, Ask("desk:1", "issues.read").BindHeader("Idempotency-Key"), "fred");
        using HttpResponseMessage unbound = await client.SendAsync(Ask("desk:1", "issues.read").OnBehalfOf("fred"), TestContext.Current.CancellationToken);
        using HttpResponseMessage actor = await client.SendAsync(Ask("mail:2", "issues.read").BindHeader("Idempotency-Key").OnBehalfOf("fred"), TestContext.Current.CancellationToken);
        using HttpResponseMessage scope = await client.SendAsync(Ask("desk:1", "issues.write").BindHeader("Idempotency-Key").OnBehalfOf("fred"), TestContext.Current.CancellationToken);

        Assert.Equal("""["desk:1"] ["issues.read"]""", $"{accepted["actors"]!.ToJsonString()} {accepted["scopes"]!.ToJsonString()}");
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], new[] { unbound, actor, scope }.Select(response => response.StatusCode));
    }

    [Theory]
    [InlineData("/empty", HttpStatusCode.NoContent)]
    [InlineData("/not-modified", HttpStatusCode.NotModified)]
    [InlineData("/redirect", HttpStatusCode.OK)] // followed, below the base URL
    [InlineData("/gzip", HttpStatusCode.OK)]
    [InlineData("/fails", HttpStatusCode.InternalServerError)]
    [InlineData("/stream", HttpStatusCode.OK)]
    [InlineData("/stream-of-nothing", HttpStatusCode.OK)]
    public async Task We_take_every_response_that_it_proves(string path, HttpStatusCode status)
    {
        await using ForeignProvider provider = await ForeignProvider.StartAsync(applications.Other);
        using HttpClient client = provider.CreateClient(options => options.RequireResponseProof = true);

        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Post })
        {
            using HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(method, path).OnBehalfOf("fred"), TestContext.Current.CancellationToken);

            Assert.Equal(status, response.StatusCode);
        }
    }

    [Fact]
    public async Task We_notice_each_response_that_was_spoilt()
    {
        await using ForeignProvider provider = await ForeignProvider.StartAsync(applications.Other);
        using HttpClient client = provider.CreateClient(options => options.RequireResponseProof = true);
        var taken = new List<string>();

        string[] names = [.. (await JosePeer.AskAsync("spoilt", new { })).AsArray().Select(name => name!.GetValue<string>())];
        foreach (string name in names)
        {
            if (await IsTakenAsync(client, $"/spoilt/{name}")) taken.Add(name);
        }

        Assert.True(names.Length >= 18);
        Assert.Empty(taken);
    }

    [Fact]
    public async Task We_take_content_by_TLS_alone_only_where_an_option_says_so()
    {
        await using ForeignProvider provider = await ForeignProvider.StartAsync(applications.Other);
        using HttpClient strict = provider.CreateClient(options => options.RequireResponseProof = true);
        using HttpClient lax = provider.CreateClient(options => (options.RequireResponseProof, options.AllowUnprovenContent) = (true, true));

        Assert.False(await IsTakenAsync(strict, "/unproven"));
        Assert.True(await IsTakenAsync(lax, "/unproven"));
    }

    private static async Task<JsonNode> AskAsync(HttpClient client, HttpRequestMessage request, string user)
    {
        using HttpResponseMessage response = await client.SendAsync(request.OnBehalfOf(user), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }

    private static async Task<bool> IsTakenAsync(HttpClient client, string path)
    {
        try
        {
            using HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path).OnBehalfOf("fred"), TestContext.Current.CancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is ResponseProofException || exception.InnerException is ResponseProofException)
        {
            return false;
        }
    }
}
