using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Hosting;

namespace TrustedApps.AspNetCore.Tests;

public class TrustedRequestObserverTests
{
    [Theory, AtEachEntrance]
    public async Task Each_observer_is_told_of_each_verdict_once(Entrance entrance)
    {
        Recorder[] observers = [new(), new()];
        await using KestrelServer server = await Version4.StartAsync(
            services: services => Array.ForEach(observers, observer => services.AddSingleton<ITrustedRequestObserver>(observer)),
            entrance: entrance,
            before: app => app.UseStatusCodePages());
        Assert.Equal("OK", (await server.Trusted("/closed").SendAsync()).Code);
        AssertionHeaders headers = Version4.Issue(server.Origin, "/closed");
        await server.SendRawAsync("GET /closed", headers);
        Assert.Equal("REPLAYED", (await server.SendRawAsync("GET /closed", headers)).Code);
        Assert.Equal("APP_UNKNOWN", (await server.Trusted("/open", keys: TestKeys.Blog).SendAsync()).Code);
        Assert.Null((await server.GetAsync("/open")).Code); // none of ours

        Assert.All(observers, observer => Assert.Equal(
            ["TrustedApps wiki OK /closed", "TrustedApps wiki OK /closed", "TrustedApps wiki REPLAYED fred /closed", "TrustedApps blog APP_UNKNOWN /open"],
            observer.Told));
    }

    private sealed class Recorder : ITrustedRequestObserver
    {
        private readonly ConcurrentQueue<string> _told = new();

        public IEnumerable<string> Told => _told;

        public void Observe(in ObservedRequest request, in Verdict verdict) => _told.Enqueue(
            string.Join(' ', ((string?[])[request.Scheme, verdict.ClaimedApplicationId, verdict.Accepted ? "OK" : verdict.Rejection.ToString(), verdict.ClaimedUser, request.Path]).OfType<string>()));
    }
}
