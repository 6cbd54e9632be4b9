using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Replay;

namespace TrustedApps.IntegrationTests;

/// <summary>What the consumer does about refusals that another try mends, and about connections that die.</summary>
public sealed class Version4ResendingTests
{
    private readonly RequestLog _seen = new();

    [Theory]
    [InlineData("GET", 2, "OK")]
    [InlineData("PUT", 2, "OK")]
    [InlineData("DELETE", 2, "OK")]
    [InlineData("POST", 1, "BAD_GRANT")]
    [InlineData("PATCH", 1, "BAD_GRANT")]
    public async Task After_BAD_GRANT_an_idempotent_request_is_issued_again_with_a_new_grant(string method, int sent, string? code)
    {
        await using KestrelServer tracker = await StartBreakingAsync(number => number == 1);
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer answer = await wiki.SendAsync(new HttpMethod(method), tracker.Origin + "/echo", content: method == "GET" ? null : new StringContent("content"));

        Assert.Equal((code, sent), (answer.Code, _seen.Trusted.Length));
        Assert.Equal(sent, _seen.Trusted.Select(request => request["X-Seraph-Trusted-App-Key"]).Distinct().Count());
        Assert.Equal(sent, _seen.Trusted.Select(request => request.Cert).Distinct().Count());
    }

    [Fact]
    public async Task A_second_BAD_GRANT_is_the_result()
    {
        await using KestrelServer tracker = await StartBreakingAsync(_ => true);
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer answer = await wiki.GetAsync(tracker.Origin + "/closed");

        Assert.Equal((401, "BAD_GRANT", 2), (answer.Status, answer.Code, _seen.Trusted.Length));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    [InlineData(9.9)]
    public async Task A_clock_that_is_wrong_is_corrected_by_the_provider_s_and_that_is_said_once(double minutes)
    {
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone);
        using var wiki = Consumer.OfVersion4(tracker.Origin, time: ClockOff(minutes));

        Answer first = await wiki.GetAsync(tracker.Origin + "/closed"), second = await wiki.GetAsync(tracker.Origin + "/closed");
        Answer posted = await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/closed");

        Assert.Equal(("OK", "OK", "OK"), (first.Code, second.Code, posted.Code));
        Assert.Equal(4, _seen.Trusted.Length); // only the first is sent twice
        LogLine line = Assert.Single(wiki.Logs.Lines, line => line.Event.Name == "ClockCorrected");
        Assert.Contains($"This host's clock differs from the clock of {tracker.Origin}", line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 10, "FUTURE_CERT")]
    [InlineData(-20, 10, "OLD_CERT")]
    [InlineData(5, 0, "FUTURE_CERT")]
    [InlineData(-5, 0, "OLD_CERT")]
    [InlineData(5, 4, "FUTURE_CERT")]
    public async Task A_clock_is_not_corrected_beyond_the_limit(int minutes, int limit, string code)
    {
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone);
        using var wiki = Consumer.OfVersion4(tracker.Origin, options => options.MaxClockCorrection = TimeSpan.FromMinutes(limit), time: ClockOff(minutes));

        Answer answer = await wiki.GetAsync(tracker.Origin + "/closed");

        Assert.Equal((401, code, 2), (answer.Status, answer.Code, _seen.Trusted.Length));
        Assert.DoesNotContain(wiki.Logs.Lines, line => line.Event.Name == "ClockCorrected");
    }

    [Fact]
    public async Task A_POST_is_not_issued_again_when_the_clock_was_wrong()
    {
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone);
        using var wiki = Consumer.OfVersion4(tracker.Origin, time: ClockOff(-5));

        Answer answer = await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/closed");

        Assert.Equal((401, "OLD_CERT", 1), (answer.Status, answer.Code, _seen.Trusted.Length));
        Assert.Equal("OK", (await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/closed")).Code); // the next one has the provider's time
    }

    [Fact]
    public async Task After_a_POST_with_BAD_GRANT_the_next_has_a_new_grant()
    {
        await using KestrelServer tracker = await StartBreakingAsync(number => number == 1);
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Assert.Equal("BAD_GRANT", (await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/echo")).Code);
        Assert.Equal("OK", (await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/echo")).Code);
        Assert.Equal(2, _seen.Trusted.Select(request => request["X-Seraph-Trusted-App-Key"]).Distinct().Count());
    }

    [Theory]
    [InlineData("GET", 60, 2, "OK")]
    [InlineData("GET", 5, 1, "UNAVAILABLE")]
    [InlineData("POST", 60, 1, "UNAVAILABLE")]
    public async Task A_provider_that_has_just_started_is_asked_again_when_it_says(string method, int patience, int sent, string code)
    {
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        using var file = new TestKeyFile(TestKeys.Tracker);
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone, time: clock, memory: new InMemoryReplayCache(time: clock));
        using var wiki = Consumer.OfVersion4(
            tracker.Origin, options => (options.ProviderCertificateFile, options.RefreshProviderCertificate, options.MaxRetryDelay) = (file.CertificatePath, false, TimeSpan.FromSeconds(patience)), time: clock);

        Task timer = clock.TimerOf(TimeSpan.FromSeconds(31));
        Task<Answer> asked = wiki.SendAsync(new HttpMethod(method), tracker.Origin + "/closed");
        if (await Task.WhenAny(timer, asked) == timer) clock.Advance(TimeSpan.FromSeconds(31));

        Answer answer = await asked;
        Assert.Equal((code, sent), (answer.Code, _seen.Trusted.Length));
    }

    [Fact]
    public async Task A_request_whose_connection_dies_is_served_once_and_issued_again()
    {
        await using var proxy = new DyingProxy();
        using var file = new TestKeyFile(TestKeys.Tracker);
        await using KestrelServer tracker = await StartBehindAsync(proxy);
        using var wiki = Consumer.OfVersion4(proxy.Origin, options => (options.ProviderCertificateFile, options.RefreshProviderCertificate) = (file.CertificatePath, false));

        await wiki.GetAsync(proxy.Origin + "/closed/first");
        Answer answer = await wiki.GetAsync(proxy.Origin + "/closed/second");

        Assert.Equal((200, "fred", "OK"), (answer.Status, answer.Body, answer.Code));
        Assert.Equal(4, _seen.Trusted.Length); // first; second served and lost; sent again below the handler and refused; issued anew
        Assert.Equal(_seen.Trusted[1].Cert, _seen.Trusted[2].Cert);
        Assert.NotEqual(_seen.Trusted[2].Cert, _seen.Trusted[3].Cert);
        Assert.Contains(": REPLAYED. ", Assert.Single(tracker.Logs.Refusals).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_POST_whose_connection_dies_is_served_once_and_its_repetition_refused()
    {
        await using var proxy = new DyingProxy();
        using var file = new TestKeyFile(TestKeys.Tracker);
        await using KestrelServer tracker = await StartBehindAsync(proxy);
        using var wiki = Consumer.OfVersion4(proxy.Origin, options => (options.ProviderCertificateFile, options.RefreshProviderCertificate) = (file.CertificatePath, false));

        await wiki.GetAsync(proxy.Origin + "/closed/first");
        Answer answer = await wiki.SendAsync(HttpMethod.Post, proxy.Origin + "/closed/second");

        Assert.Equal((401, "REPLAYED", 3), (answer.Status, answer.Code, _seen.Trusted.Length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_that_retries_above_or_below_sends_new_assertions(bool isAddedBefore)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            before: _seen.WatchAlone,
            after: app => app.Map("/flaky", (HttpContext context) =>
            {
                context.Response.StatusCode = _seen.Trusted.Length < 3 ? 500 : 200;
                return TestProvider.Who(context);
            }));
        using var wiki = Consumer.OfVersion4(
            tracker.Origin,
            before: builder => AddRetries(builder, isAddedBefore),
            after: builder => AddRetries(builder, !isAddedBefore));

        Answer answer = await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/flaky", content: new StringContent("content"));

        Assert.Equal((200, "fred", "OK"), (answer.Status, answer.Body, answer.Code));
        Assert.Equal(3, _seen.Trusted.Select(request => request.Cert).Distinct().Count());
        Assert.Empty(tracker.Logs.Refusals);

        static void AddRetries(IHttpClientBuilder builder, bool isHere)
        {
            if (isHere) builder.AddHttpMessageHandler(() => new RetryHandler());
        }
    }

    private static ManualTimeProvider ClockOff(double minutes) => new(TimeProvider.System.GetUtcNow().AddMinutes(minutes));

    // A proxy that breaks the grant of some of the requests.
    private Task<KestrelServer> StartBreakingAsync(Func<int, bool> isBroken) => Version4.StartAsync(before: app =>
    {
        _seen.WatchAlone(app);
        app.Use((context, next) =>
        {
            if (context.Request.Headers.ContainsKey("X-Seraph-Trusted-App-Key") && isBroken(_seen.Trusted.Length)) context.Request.Headers["X-Seraph-Trusted-App-Key"] = "broken";
            return next(context);
        });
    });

    private async Task<KestrelServer> StartBehindAsync(DyingProxy proxy)
    {
        KestrelServer tracker = await Version4.StartAsync(options => options.BaseUrls.Add(proxy.Origin), before: _seen.WatchAlone);
        proxy.ForwardTo(tracker.EndPoint);
        return tracker;
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
