using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;

namespace TrustedApps.IntegrationTests;

public sealed class RetryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_that_retries_sends_a_new_assertion_each_time(bool isAddedBefore)
    {
        var seen = new RequestLog();
        await using KestrelServer tracker = await TestProvider.StartAsync(
            options =>
            {
                TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki);
                trust.RefuseReplays = true;
                options.Applications.Add(trust);
            },
            map: app =>
            {
                seen.Watch(app);
                app.Map("/flaky", (HttpContext context) =>
                {
                    context.Response.StatusCode = seen.Seen.Length < 3 ? 500 : 200;
                    return TestProvider.Who(context);
                }).RequireAuthorization();
            });
        using var wiki = new Consumer(
            tracker.Origin,
            before: builder => AddRetries(builder, isAddedBefore),
            after: builder => AddRetries(builder, !isAddedBefore));

        Answer answer = await wiki.GetAsync(tracker.Origin + "/flaky");

        Assert.Equal((200, "fred", "OK"), (answer.Status, answer.Body, answer.Code));
        Assert.Equal(3, seen.Seen.Length);
        Assert.Equal(3, seen.Seen.Select(request => request.Cert).Distinct().Count());
        Assert.Equal(3, seen.Seen.Select(request => request["X-Seraph-Trusted-App-Signature"]).Distinct().Count());
        Assert.All(seen.Seen, request => Assert.Equal(4, request.TrustedHeaders.Count()));

        static void AddRetries(IHttpClientBuilder builder, bool isHere)
        {
            if (isHere) builder.AddHttpMessageHandler(() => new RetryHandler());
        }
    }

    private sealed class RetryHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            for (int retry = 0; retry < 3 && response.StatusCode == HttpStatusCode.InternalServerError; retry++)
            {
                response.Dispose();
                response = await base.SendAsync(request, cancellationToken);
            }

            return response;
        }
    }
}
