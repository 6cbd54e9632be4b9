using System.Net;
using Microsoft.Extensions.Logging;
using TrustedApps.Client;

namespace TrustedApps.Tests.Client;

public sealed class UnconfirmedResponseTests
{
    [Theory]
    [InlineData(200, "Does the application there call AddTrustedApps")]
    [InlineData(401, "Does the application there call AddTrustedApps")]
    [InlineData(431, "refuses this amount of headers")]
    [InlineData(494, "refuses this amount of headers")]
    public async Task A_response_that_says_nothing_of_the_request_is_logged_once(int status, string remedy)
    {
        LogLine line = Assert.Single(await SendTwiceAsync(status, confirmed: false));

        Assert.Equal((LogLevel.Warning, "ResponseUnconfirmed"), (line.Level, line.Event.Name));
        Assert.Contains($"https://tracker.example/issues has status {status} and does not say", line.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(404, true)]
    [InlineData(502, false)]
    [InlineData(429, false)]
    public async Task Neither_a_confirmed_response_nor_a_fault_of_a_server_is(int status, bool confirmed) =>
        Assert.Empty(await SendTwiceAsync(status, confirmed));

    private static async Task<IReadOnlyCollection<LogLine>> SendTwiceAsync(int status, bool confirmed)
    {
        using var logs = new LogRecorder();
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var issuer = new AssertionIssuer(TestKeys.Wiki, LegacyProtocols.Find(ProtocolVersion.Atlassian3));
        using var handler = new TrustedAppHandler(
            issuer, new TrustedAppClientOptions { BaseUrl = "https://tracker.example" }, logger: loggers.CreateLogger<TrustedAppHandler>())
        {
            InnerHandler = new Answering(status, confirmed),
        };
        using var client = new HttpClient(handler);
        for (int count = 0; count < 2; count++)
        {
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "https://tracker.example/issues?secret=1").OnBehalfOf("fred");
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        }

        return logs.Ours;
    }

    private sealed class Answering(int status, bool confirmed) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage((HttpStatusCode)status);
            if (confirmed) response.Headers.Add("X-Seraph-Trusted-App-Status", "OK");
            return Task.FromResult(response);
        }
    }
}
