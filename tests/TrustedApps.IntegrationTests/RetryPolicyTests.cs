using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Client;
using TrustedApps.Replay;

namespace TrustedApps.IntegrationTests;

/// <summary>No test waits: consumer and provider share a clock that the test moves.</summary>
public sealed class RetryPolicyTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RequestLog _seen = new();

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task An_idempotent_request_is_issued_once_more_after_the_time_that_the_provider_asks_for(string method)
    {
        await using KestrelServer tracker = await StartFullAsync("20");
        using var wiki = ConsumerOf(tracker);
        await wiki.SendAsync(new HttpMethod(method), tracker.Origin + "/closed/first"); // fills the memory

        Task timer = _clock.TimerOf(TimeSpan.FromSeconds(20));
        Task<Answer> second = wiki.SendAsync(new HttpMethod(method), tracker.Origin + "/closed/second", content: method == "PUT" ? new StringContent("content") : null);
        await timer.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Answer answer = await second;

        Assert.Equal((200, "OK"), (answer.Status, answer.Code));
        Assert.Equal(3, _seen.Seen.Length);
        Assert.NotEqual(_seen.Seen[1].Cert, _seen.Seen[2].Cert);
        Assert.Equal(_seen.Seen[1].Body, _seen.Seen[2].Body);
    }

    [Fact]
    public async Task The_time_to_wait_may_be_a_date()
    {
        await using KestrelServer tracker = await StartFullAsync((_clock.GetUtcNow() + TimeSpan.FromSeconds(30)).ToString("R", CultureInfo.InvariantCulture));
        using var wiki = ConsumerOf(tracker);
        await wiki.GetAsync(tracker.Origin + "/closed/first");

        Task timer = _clock.TimerOf(TimeSpan.FromSeconds(30));
        Task<Answer> second = wiki.GetAsync(tracker.Origin + "/closed/second");
        await timer.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("OK", (await second).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("Sat, 21 Nov 2020 12:00:00 GMT")]
    [InlineData("soon")]
    public async Task Without_a_time_to_wait_it_is_issued_once_more_at_once_and_no_more(string? retryAfter)
    {
        await using KestrelServer tracker = await StartFullAsync(retryAfter);
        using var wiki = ConsumerOf(tracker);
        await wiki.GetAsync(tracker.Origin + "/closed/first");

        Answer answer = await wiki.GetAsync(tracker.Origin + "/closed/second");

        Assert.Equal((503, "UNAVAILABLE"), (answer.Status, answer.Code));
        Assert.Equal(3, _seen.Seen.Length);
        Assert.NotEqual(_seen.Seen[1].Cert, _seen.Seen[2].Cert);
    }

    [Theory]
    [InlineData("61", 60)]
    [InlineData("6", 5)]
    [InlineData("1", 0)]
    [InlineData("2147483647", 60)]
    [InlineData("Sat, 21 Nov 2099 12:00:00 GMT", 60)]
    public async Task More_time_than_the_limit_is_not_waited_for(string retryAfter, int limit)
    {
        await using KestrelServer tracker = await StartFullAsync(retryAfter);
        using var wiki = ConsumerOf(tracker, options => options.MaxRetryDelay = TimeSpan.FromSeconds(limit));
        await wiki.GetAsync(tracker.Origin + "/closed/first");

        Answer answer = await wiki.GetAsync(tracker.Origin + "/closed/second");

        Assert.Equal((503, "UNAVAILABLE"), (answer.Status, answer.Code));
        Assert.Equal(2, _seen.Seen.Length);
    }

    [Fact]
    public void Five_seconds_are_waited_at_most_unless_something_else_is_said() =>
        Assert.Equal(TimeSpan.FromSeconds(5), new TrustedAppClientOptions().MaxRetryDelay);

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("BREW")]
    public async Task What_is_not_idempotent_is_not_issued_again(string method)
    {
        await using KestrelServer tracker = await StartFullAsync(null);
        using var wiki = ConsumerOf(tracker);
        await wiki.GetAsync(tracker.Origin + "/closed/first");

        Answer answer = await wiki.SendAsync(new HttpMethod(method), tracker.Origin + "/closed/second", content: new StringContent("content"));

        Assert.Equal((503, "UNAVAILABLE"), (answer.Status, answer.Code));
        Assert.Equal(2, _seen.Seen.Length);
    }

    [Fact]
    public async Task Content_that_can_be_read_once_is_not_issued_again()
    {
        await using KestrelServer tracker = await StartFullAsync(null);
        using var wiki = ConsumerOf(tracker);
        await wiki.GetAsync(tracker.Origin + "/closed/first");
        using var stream = new MemoryStream([1, 2, 3]);

        Answer answer = await wiki.SendAsync(HttpMethod.Put, tracker.Origin + "/closed/second", content: new StreamContent(stream));

        Assert.Equal((503, "UNAVAILABLE"), (answer.Status, answer.Code));
        Assert.Equal(2, _seen.Seen.Length);
    }

    [Theory]
    [InlineData(61_000, "OLD_CERT")]
    [InlineData(-16 * 60_000 - 1000, "FUTURE_CERT")]
    public async Task An_assertion_of_the_wrong_time_is_issued_once_more_and_no_more(int milliseconds, string code)
    {
        var clockOfTracker = new ManualTimeProvider(_clock.GetUtcNow() + TimeSpan.FromMilliseconds(milliseconds));
        await using KestrelServer tracker = await TestProvider.StartAsync(services: services => services.AddSingleton<TimeProvider>(clockOfTracker), map: _seen.Watch);
        using var wiki = ConsumerOf(tracker);

        Answer answer = await wiki.GetAsync(tracker.Origin + "/closed");

        Assert.Equal((401, code), (answer.Status, answer.Code));
        Assert.Equal(2, _seen.Seen.Length);
        Assert.NotEqual(_seen.Seen[0].Cert, _seen.Seen[1].Cert);
    }

    [Fact]
    public async Task A_refusal_that_another_try_cannot_mend_is_the_result_at_once()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(
            services: services => services.AddSingleton(UserResolvers.List(["fred"], denied: ["wilma"])), map: _seen.Watch);
        using var wiki = new Consumer(tracker.Origin);
        using var blog = new Consumer(tracker.Origin, options => options.Keys = TestKeys.Blog);
        using var old = new Consumer(tracker.Origin, options => options.Version = "2");

        string[] codes =
        [
            (await wiki.GetAsync(tracker.Origin + "/closed", "nobody")).Code!,
            (await wiki.GetAsync(tracker.Origin + "/closed", "wilma")).Code!,
            (await wiki.SendAsync(HttpMethod.Put, tracker.Origin + "/closed")).Code!,
            (await blog.GetAsync(tracker.Origin + "/closed")).Code!,
            (await old.GetAsync(tracker.Origin + "/closed")).Code!,
        ];

        Assert.Equal(["USER_UNKNOWN", "PERMISSION_DENIED", "BAD_METHOD", "APP_UNKNOWN", "BAD_PROTOCOL_VERSION"], codes);
        Assert.Equal(codes.Length, _seen.Seen.Length);
    }

    [Fact]
    public async Task Whoever_stops_waiting_for_the_answer_stops_the_second_try_too()
    {
        await using KestrelServer tracker = await StartFullAsync("20");
        using var wiki = ConsumerOf(tracker);
        await wiki.GetAsync(tracker.Origin + "/closed/first");
        using var patience = new CancellationTokenSource();

        Task timer = _clock.TimerOf(TimeSpan.FromSeconds(20));
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, tracker.Origin + "/closed/second").OnBehalfOf("fred");
        Task<HttpResponseMessage> second = wiki.Client.SendAsync(request, patience.Token);
        await timer.WaitAsync(TestContext.Current.CancellationToken);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(2, _seen.Seen.Length);
    }

    [Fact]
    public async Task A_refusal_after_the_second_try_is_raised_where_that_is_asked_for()
    {
        await using KestrelServer tracker = await StartFullAsync(null);
        using var wiki = ConsumerOf(tracker, options => options.ThrowOnRejection = true);
        await wiki.GetAsync(tracker.Origin + "/closed/first");

        TrustedAppUnavailableException refusal = await Assert.ThrowsAsync<TrustedAppUnavailableException>(() => wiki.GetAsync(tracker.Origin + "/closed/second"));

        Assert.Equal((ErrorCode.Unavailable, HttpStatusCode.ServiceUnavailable, 3), (refusal.Error.Code, refusal.StatusCode, _seen.Seen.Length));
    }

    private Consumer ConsumerOf(KestrelServer tracker, Action<TrustedAppClientOptions>? configure = null) => new(
        tracker.Origin,
        options =>
        {
            options.MaxRetryDelay = TimeSpan.FromMinutes(1);
            configure?.Invoke(options);
        },
        time: _clock);

    /// <summary>A provider with room for one assertion, for some 10 seconds; what it says to others besides.</summary>
    private Task<KestrelServer> StartFullAsync(string? retryAfter) => TestProvider.StartAsync(
        options =>
        {
            TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki);
            (trust.RefuseReplays, trust.Timeout) = (true, TimeSpan.FromMilliseconds(1));
            foreach (string method in new[] { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW" }) trust.Methods.Add(method);
            options.Applications.Add(trust);
        },
        services => services.AddSingleton<TimeProvider>(_clock).AddSingleton<IReplayCache>(new InMemoryReplayCache(new InMemoryReplayCacheOptions { Capacity = 1, IsNewInstallation = true })),
        app =>
        {
            app.Use((context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = retryAfter;
                    return Task.CompletedTask;
                });
                return next(context);
            });
            _seen.Watch(app);
        });
}
