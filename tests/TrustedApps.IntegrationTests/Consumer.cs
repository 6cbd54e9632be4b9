using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

/// <summary>The wiki: one named client of one provider, as an application registers it.</summary>
internal sealed class Consumer : IDisposable
{
    private readonly ServiceProvider _services;

    public Consumer(
        string baseUrl,
        Action<TrustedAppClientOptions>? configure = null,
        Action<IHttpClientBuilder>? before = null,
        Action<IHttpClientBuilder>? after = null,
        TimeProvider? time = null)
    {
        IServiceCollection services = new ServiceCollection().AddLegacyVersions();
        if (time is not null) services.AddSingleton(time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Logs));
        IHttpClientBuilder builder = services.AddHttpClient("tracker");
        builder.ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(20)); // a test that hangs is a test that fails
        before?.Invoke(builder);
        builder.AddTrustedApp(options =>
        {
            options.BaseUrl = baseUrl;
            options.Keys = TestKeys.Wiki;
            options.Version = "3";
            configure?.Invoke(options);
        });
        after?.Invoke(builder);
        _services = services.BuildServiceProvider();
    }

    public LogRecorder Logs { get; } = new();

    /// <summary>One that speaks version 4 to the tracker, whose certificate it fetches and compares.</summary>
    public static Consumer OfVersion4(
        string baseUrl,
        Action<TrustedAppClientOptions>? configure = null,
        Action<IHttpClientBuilder>? before = null,
        Action<IHttpClientBuilder>? after = null,
        TimeProvider? time = null) => new(
            baseUrl,
            options =>
            {
                options.Version = new TrustedAppClientOptions().Version;
                configure?.Invoke(options);
                if (options.ProviderCertificateFile is null && options.ProviderFingerprints.Count == 0) options.ProviderFingerprints.Add(Version4.TrackerFingerprint);
            },
            before,
            after,
            time);

    public HttpClient Client => _services.GetRequiredService<IHttpClientFactory>().CreateClient("tracker");

    public Task<Answer> GetAsync(string url, string user = "fred") => SendAsync(HttpMethod.Get, url, user);

    public Task<Answer> SendAsync(HttpMethod method, string url, string user = "fred", HttpContent? content = null) =>
        SendAsync(new HttpRequestMessage(method, url) { Content = content }.OnBehalfOf(user));

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using HttpResponseMessage response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
            return await Answer.OfAsync(response);
        }
    }

    public void Dispose() => _services.Dispose();
}
