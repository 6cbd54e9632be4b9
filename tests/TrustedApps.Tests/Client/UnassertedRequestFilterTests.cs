using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Certificates;
using TrustedApps.Client;

namespace TrustedApps.Tests.Client;

public sealed class UnassertedRequestFilterTests
{
    private static readonly Uri _url = new("http://127.0.0.1:1/");

    [Fact]
    public async Task A_request_on_behalf_of_a_user_needs_a_client_with_AddTrustedApp()
    {
        using HttpClient plain = Make("plain");
        using HttpRequestMessage ofUser = new HttpRequestMessage(HttpMethod.Get, _url).OnBehalfOf("fred"), own = new HttpRequestMessage(HttpMethod.Get, _url).OnOwnBehalf();

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => plain.SendAsync(ofUser, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidOperationException>(() => plain.SendAsync(own, TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(() => plain.Send(ofUser, TestContext.Current.CancellationToken));

        Assert.Equal(
            "The request says on whose behalf it is made, but the client 'plain' was added without AddTrustedApp, so it would be sent without an assertion. Call AddTrustedApp on AddHttpClient(\"plain\"), or use the client that has it: names of clients are compared with their case.",
            refused.Message);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData(CertificateClient.HttpClientName)]
    public async Task Other_requests_are_sent(string client)
    {
        using HttpClient plain = Make(client);

        Assert.Equal(HttpStatusCode.NoContent, (await plain.GetAsync(_url, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_handler_that_was_added_by_hand_counts()
    {
        using HttpClient client = Make("plain", http => http.AddHttpMessageHandler(() => Handler()));
        using HttpClient primary = Make("plain", http => http.ConfigurePrimaryHttpMessageHandler(() =>
        {
            TrustedAppHandler handler = Handler();
            handler.InnerHandler = new Answering();
            return handler;
        }));

        foreach (HttpClient trusted in new[] { client, primary })
        {
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, _url).OnBehalfOf("fred");
            Assert.Equal(HttpStatusCode.NoContent, (await trusted.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    private static TrustedAppHandler Handler() => new(
        new AssertionIssuer(TestKeys.Wiki, LegacyProtocols.Find(ProtocolVersion.Atlassian3)), new TrustedAppClientOptions { BaseUrl = "http://127.0.0.1:1" });

    private static HttpClient Make(string name, Action<IHttpClientBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("tracker").AddTrustedApp(options => options.BaseUrl = "http://127.0.0.1:1");
        IHttpClientBuilder client = services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(() => new Answering());
        configure?.Invoke(client);
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient(name);
    }

    private sealed class Answering : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => new(HttpStatusCode.NoContent);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }
}
