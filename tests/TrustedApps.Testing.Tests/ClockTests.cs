using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.Testing.Tests;

public sealed class ClockTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Application_and_client_share_the_clock_of_the_test()
    {
        await using TrackerFactory factory = Create();
        using HttpClient client = factory.CreateTrustedClient("fred");
        await client.GetStringAsync("rest/x", Cancellation);

        _time.Advance(TimeSpan.FromDays(100));

        await client.GetStringAsync("rest/x", Cancellation);
    }

    [Fact]
    public async Task What_is_older_than_the_time_out_is_refused()
    {
        await using TrackerFactory factory = Create();
        var stopped = new FakeTimeProvider(_time.GetUtcNow());
        using HttpClient client = factory.CreateTrustedClient("fred", options =>
        {
            options.TimeProvider = stopped;
            options.Conditions = TrustedClientOptions.Everything with { Timeout = TimeSpan.FromSeconds(10) };
        });

        _time.Advance(TimeSpan.FromSeconds(40)); // time-out and skew
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("rest/x", Cancellation)).StatusCode);
        _time.Advance(TimeSpan.FromSeconds(1));
        using HttpResponseMessage response = await client.GetAsync("rest/x", Cancellation);

        Assert.Contains("OLD_CERT", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unavailable_provider_keeps_no_test_waiting()
    {
        await using TrackerFactory factory = Create();
        using HttpClient client = factory.CreateTrustedClient("fred");
        using HttpRequestMessage request =
            new HttpRequestMessage(HttpMethod.Get, "rest/x").RejectAs(ErrorCode.Unavailable, TimeSpan.FromSeconds(1));

        using HttpResponseMessage response = await client.SendAsync(request, Cancellation); // the clock stands still

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private TrackerFactory Create() => new() { TestServices = services => services.AddSingleton<TimeProvider>(_time) };
}
