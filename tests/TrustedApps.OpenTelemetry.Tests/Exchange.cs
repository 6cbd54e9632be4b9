using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.OpenTelemetry.Tests;

/// <summary>A tracker on Kestrel that trusts the wiki, and the wiki's client.</summary>
internal sealed class Exchange : IAsyncDisposable
{
    private readonly KestrelServer _tracker;
    private readonly ServiceProvider _wiki;

    private Exchange(KestrelServer tracker, ServiceProvider wiki) => (_tracker, _wiki) = (tracker, wiki);

    public Uri Origin => new(_tracker.Origin);

    public static async Task<Exchange> StartAsync(Action<IServiceCollection>? services = null)
    {
        KestrelServer tracker = await Version4.StartAsync(services: added =>
        {
            added.AddSingleton(UserResolvers.List(["fred"]));
            services?.Invoke(added);
        });
        var wiki = new ServiceCollection();
        wiki.AddHttpClient("tracker", client => client.BaseAddress = new Uri(tracker.Origin)).AddTrustedApp(options =>
        {
            options.BaseUrl = tracker.Origin;
            options.Keys = TestKeys.Wiki.RotateEncryptionKeys(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)); // from now on
            options.ProviderFingerprints.Add(Version4.TrackerFingerprint);
        });
        return new Exchange(tracker, wiki.BuildServiceProvider());
    }

    /// <summary>The wiki asks on behalf of a user, and gets this status.</summary>
    public async Task AskAsync(string user, int status = 200)
    {
        HttpClient client = _wiki.GetRequiredService<IHttpClientFactory>().CreateClient("tracker");
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "/open").OnBehalfOf(user);
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
    }

    /// <summary>Somebody asks in the name of an application that is not trusted.</summary>
    public Task AskAsStrangerAsync() => _tracker.Request("/open", keys: TestKeys.Blog).SendAsync();

    public async ValueTask DisposeAsync()
    {
        await _wiki.DisposeAsync();
        await _tracker.DisposeAsync();
    }
}
