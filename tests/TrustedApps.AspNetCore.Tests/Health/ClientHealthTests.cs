using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Tests.Health;

/// <summary>The health of a consumer that is a worker, without ASP.NET Core, against a tracker on a real socket.</summary>
public sealed class ClientHealthTests : IDisposable
{
    private readonly ManualTimeProvider _time = ManualTimeProvider.OfToday();
    private readonly TestKeyFile _keys = new(TestKeys.Wiki);

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task A_client_that_has_sent_nothing_is_healthy_and_one_that_was_answered_says_when()
    {
        await using KestrelServer tracker = await Version4.StartAsync(time: _time);
        using IHost worker = await StartAsync(tracker.Origin);
        HealthAnswer before = await worker.Services.ReadHealthAsync();

        await SendAsync(worker, TestContext.Current.CancellationToken);
        HealthAnswer after = await worker.Services.ReadHealthAsync();

        Assert.Equal(("Healthy", 0), (before.Status, before.Data.Count));
        Assert.Equal(("Healthy", "Trusted requests are served."), (after.Status, after.Description));
        Assert.Equal($"{_time.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}", after.Data["client:tracker:last_answer_at"]);
        Assert.Equal(
            [
                "client:tracker:certificates_held", "client:tracker:certificates_unconfirmed", "client:tracker:clock_correction_seconds", "client:tracker:last_answer_at",
                "keys:wiki:changed_at", "keys:wiki:file_is_usable",
            ],
            after.Data.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_provider_that_is_down_is_degraded_until_it_answers_whatever_it_answers()
    {
        int port = KestrelServer.FindFreePort();
        using IHost worker = await StartAsync($"http://127.0.0.1:{port}");

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(worker, TestContext.Current.CancellationToken)); // of the certificate
        HealthAnswer down = await worker.Services.ReadHealthAsync();
        await using (KestrelServer tracker = await StartTrackerAsync(port))
        {
            await SendAsync(worker, TestContext.Current.CancellationToken);
            Assert.Equal("Healthy", (await worker.Services.ReadHealthAsync()).Status);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(worker, TestContext.Current.CancellationToken)); // of the request
        HealthAnswer again = await worker.Services.ReadHealthAsync();

        Assert.Equal(("Degraded", "never"), (down.Status, down.Data["client:tracker:last_answer_at"]));
        Assert.Matches($"^The provider of the client 'tracker' at http://127.0.0.1:{port} did not answer at .* \\(last answer: never\\): .*Connection refused", down.Description);
        Assert.Equal("Degraded", again.Status);
        Assert.Matches("\\(last answer: 20.*Z\\): .*Connection refused", again.Description);
    }

    [Fact]
    public async Task A_provider_whose_certificate_is_not_the_pinned_one_is_degraded()
    {
        await using KestrelServer tracker = await Version4.StartAsync(time: _time);
        using IHost worker = await StartAsync(tracker.Origin, fingerprint: Version4.FingerprintOf(TestKeys.Blog));

        await Assert.ThrowsAsync<CertificateException>(() => SendAsync(worker, TestContext.Current.CancellationToken));
        HealthAnswer health = await worker.Services.ReadHealthAsync();

        Assert.Equal("Degraded", health.Status);
        Assert.Contains("ProviderFingerprints", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_accepts_the_connection_and_says_nothing_is_degraded()
    {
        var asked = new SemaphoreSlim(0);
        var never = new TaskCompletionSource();
        await using KestrelServer tracker = await Version4.StartAsync(time: _time, before: app => app.Use(async (context, next) =>
        {
            if (context.Request.Path != "/open")
            {
                await next(context);
                return;
            }

            asked.Release();
            await never.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }));
        using IHost worker = await StartAsync(tracker.Origin);
        using var caller = new CancellationTokenSource();

        Task sending = SendAsync(worker, caller.Token);
        await asked.WaitAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(10));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        Assert.Contains("No answer came before the request was cancelled.", (await worker.Services.ReadHealthAsync()).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_was_corrected_is_degraded_with_the_difference()
    {
        var behind = new ManualTimeProvider(_time.GetUtcNow().AddMinutes(-3));
        await using KestrelServer tracker = await Version4.StartAsync(time: _time, before: StampDate);
        using IHost worker = await StartAsync(tracker.Origin, behind);

        await SendAsync(worker, TestContext.Current.CancellationToken);
        HealthAnswer health = await worker.Services.ReadHealthAsync();

        Assert.Equal(("Degraded", "180"), (health.Status, health.Data["client:tracker:clock_correction_seconds"]));
        Assert.Equal(
            $"The clock of this host is 180 s behind that of the provider at {tracker.Origin}, whose time assertions follow: synchronize both hosts (NTP), and restart this one.", health.Description);
    }

    // Kestrel's own Date is the system's.
    private void StampDate(WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() => Task.FromResult(context.Response.Headers.Date = _time.GetUtcNow().ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        return next(context);
    });

    private static async Task SendAsync(IHost worker, CancellationToken cancellationToken = default)
    {
        HttpClient client = worker.Services.GetRequiredService<IHttpClientFactory>().CreateClient("tracker");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/open") { RequestUri = new Uri(client.BaseAddress!, "/open") };
        using HttpResponseMessage response = await client.SendAsync(request.OnBehalfOf("fred"), cancellationToken);
    }

    private async Task<IHost> StartAsync(string tracker, TimeProvider? time = null, string? fingerprint = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(time ?? _time);
        builder.Services.AddHttpClient("tracker", client => client.BaseAddress = new Uri(tracker)).AddTrustedApp(options =>
        {
            (options.BaseUrl, options.KeyFile, options.MaxClockCorrection) = (tracker, _keys.Path, TimeSpan.FromMinutes(10));
            options.ProviderFingerprints.Add(fingerprint ?? Version4.TrackerFingerprint);
        });
        HealthPage.Add(builder.Services);
        IHost worker = builder.Build();
        await worker.StartAsync(TestContext.Current.CancellationToken);
        return worker;
    }

    private Task<KestrelServer> StartTrackerAsync(int port)
    {
        var keys = new TestKeyFile(TestKeys.Tracker);
        return KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddSingleton<TimeProvider>(_time);
                builder.Services.AddSingleton<IReplayCache>(Version4.NewMemory(_time));
                builder.Services.AddAuthentication("TrustedApps").AddTrustedApps(options =>
                {
                    options.Keys = keys.Path;
                    options.BaseUrls.Add(origin);
                });
            },
            app =>
            {
                app.UseAuthentication();
                app.MapTrustedAppCertificate();
                TestProvider.MapWho(app);
            },
            owned: keys,
            port: port);
    }
}
