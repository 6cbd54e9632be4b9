using System.Net;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests;

/// <summary>A plain program: no host, no services.</summary>
public sealed class ConsoleUseTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task A_program_without_services_makes_trusted_requests(string version)
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, version)));
        using var client = new HttpClient(new TrustedAppHandler(
            new AssertionIssuer(TestKeys.Wiki, LegacyProtocols.Find(ProtocolVersion.Parse(version))),
            new TrustedAppClientOptions { BaseUrl = tracker.Origin, CurrentUser = () => "fred" })
        {
            InnerHandler = TrustedAppHandler.CreateInnerHandler(),
        });

        Assert.Equal("fred", await client.GetStringAsync(tracker.Origin + "/closed", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Sending_synchronously_is_not_supported()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using HttpClient client = ClientOf(new TrustedAppClientOptions { BaseUrl = server.Origin });
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, server.Origin).OnBehalfOf("fred");

        var failure = Assert.Throws<NotSupportedException>(() => client.Send(request, TestContext.Current.CancellationToken));

        Assert.Equal("Trusted requests must be sent asynchronously: use SendAsync or another asynchronous method.", failure.Message);
        Assert.Empty(seen.Seen);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tracker.example")]
    [InlineData("https://tracker.example/app/")]
    [InlineData("https://Tracker.example")]
    public void A_base_URL_that_is_none_is_a_mistake(string? baseUrl) =>
        Assert.Throws<ArgumentException>(() => ClientOf(new TrustedAppClientOptions { BaseUrl = baseUrl }));

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void Versions_1_and_2_are_not_spoken_over_plain_http(string version)
    {
        var issuer = new AssertionIssuer(TestKeys.Wiki, LegacyProtocols.Find(ProtocolVersion.Parse(version)));
        var options = new TrustedAppClientOptions { BaseUrl = "http://tracker.example" };

        var failure = Assert.Throws<ArgumentException>(() => new TrustedAppHandler(issuer, options));
        options.AllowForgeableVersionsOverHttp = true;
        using var allowed = new TrustedAppHandler(issuer, options);

        Assert.StartsWith($"BaseUrl http://tracker.example is plain http, so a reader of one request under version {version} can forge others", failure.Message, StringComparison.Ordinal);
        Assert.Null(allowed.InnerHandler);
    }

    [Fact]
    public async Task A_null_request_is_a_mistake()
    {
        using HttpMessageInvoker invoker = ClientOf(new TrustedAppClientOptions { BaseUrl = "https://tracker.example" });

        await Assert.ThrowsAsync<ArgumentNullException>(() => invoker.SendAsync(null!, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentNullException>(() => default(HttpRequestMessage)!.OnBehalfOf("fred"));
        Assert.Throws<ArgumentException>(() => new HttpRequestMessage().OnBehalfOf(""));
    }

    [Fact]
    public async Task A_refusal_tells_the_status_as_every_failed_request_does()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync();
        using HttpClient client = ClientOf(
            new TrustedAppClientOptions { BaseUrl = tracker.Origin, CurrentUser = () => "fred", ThrowOnRejection = true }, TestKeys.Blog);

        TrustedAppException failure = await Assert.ThrowsAsync<TrustedAppException>(() =>
            client.GetStringAsync(tracker.Origin + "/closed", TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.Unauthorized, failure.StatusCode);
    }

    private static HttpClient ClientOf(TrustedAppClientOptions options, ApplicationKeys? keys = null) => new(
        new TrustedAppHandler(new AssertionIssuer(keys ?? TestKeys.Wiki, LegacyProtocols.Atlassian3), options) { InnerHandler = TrustedAppHandler.CreateInnerHandler() });
}
