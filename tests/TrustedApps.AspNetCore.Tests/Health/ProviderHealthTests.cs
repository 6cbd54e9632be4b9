using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.Tests.Reload;
using TrustedApps.Hosting;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Tests.Health;

/// <summary>The health page of a provider, in each state that an administrator can do something about.</summary>
public sealed class ProviderHealthTests
{
    private readonly ManualTimeProvider _time = ManualTimeProvider.OfToday();

    [Fact]
    public async Task A_provider_that_serves_is_healthy_and_shows_what_it_has_looked_at()
    {
        await using KestrelServer server = await StartAsync();
        Assert.Equal("OK", (await server.Trusted("/closed", time: _time).SendAsync()).Code);

        HealthAnswer health = await server.ReadHealthAsync();

        Assert.Equal((200, "Healthy", "Trusted requests are served."), (health.HttpStatus, health.Status, health.Description));
        Assert.Equal(
            [
                "configuration:changes_not_in_use", "keys:tracker:changed_at", "keys:tracker:file_is_usable", "replay_cache:fill_percent", "replay_cache:wait_seconds",
                "scheme:TrustedApps:certificates_held", "scheme:TrustedApps:certificates_unconfirmed", "scheme:TrustedApps:trusts_pending",
            ],
            health.Data.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_host_that_has_not_started_is_unhealthy()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddAuthentication().AddTrustedApps(options => options.BaseUrls.Add("https://tracker.example"));
        HealthPage.Add(builder.Services);
        await using WebApplication app = builder.Build();

        HealthAnswer health = await app.Services.ReadHealthAsync();

        Assert.Equal(("Unhealthy", "The trusted-application schemes of this host have not started."), (health.Status, health.Description));
    }

    [Fact]
    public async Task A_trust_whose_certificate_is_not_there_yet_is_degraded_and_takes_no_host_out()
    {
        int port = KestrelServer.FindFreePort();
        await using KestrelServer server = await StartAsync(configure: options =>
        {
            options.Applications.Add(Version4.Trust());
            options.AllowHttp = true;
            options.Applications.Add(new TrustedApplicationOptions
            {
                CertificateUrl = $"http://127.0.0.1:{port}",
                Fingerprint = Version4.FingerprintOf(TestKeys.Blog),
                Addresses = { "*" },
                Urls = { "*" },
            });
        });
        await server.Logs.FirstAsync("TrustAwaited");

        HealthAnswer health = await server.ReadHealthAsync();

        Assert.Equal((200, "Degraded", "1"), (health.HttpStatus, health.Status, health.Data["scheme:TrustedApps:trusts_pending"]));
        Assert.Equal(
            $"Scheme 'TrustedApps': the certificate of Applications:1 at http://127.0.0.1:{port} has not been fetched yet, so the requests of its application are refused: event 46 or 47 gives the reason.",
            health.Description);
    }

    [Fact]
    public async Task A_certificate_that_is_not_fetched_for_two_days_is_degraded()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(ThrowAwayKeys.Of("wiki", 3, _time.GetUtcNow().AddDays(-1)), _time);
        await using KestrelServer server = await StartAsync(configure: options =>
        {
            options.AllowHttp = true;
            options.Applications.Add(new TrustedApplicationOptions
            {
                CertificateUrl = wiki.Origin,
                Fingerprint = Version4.FingerprintOf(wiki.Keys),
                Addresses = { "*" },
                Urls = { "*" },
            });
        });
        await server.Logs.FirstAsync("TrustReady");
        wiki.IsBroken = true;

        Assert.Equal("Healthy", (await server.ReadHealthAsync()).Status);
        _time.Advance(TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1));
        HealthAnswer health = await server.ReadHealthAsync();

        Assert.Equal(("Degraded", "1"), (health.Status, health.Data["scheme:TrustedApps:certificates_unconfirmed"]));
        Assert.StartsWith("Certificates could not be fetched for two days: of 'wiki'.", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_waiting_time_after_a_start_is_degraded_with_its_seconds_and_refuses_as_long()
    {
        await using KestrelServer server = await StartAsync(hasMemory: false);

        Assert.Equal("UNAVAILABLE", (await server.Trusted("/closed", time: _time).SendAsync()).Code);
        HealthAnswer starting = await server.ReadHealthAsync();
        _time.Advance(TimeSpan.FromSeconds(int.Parse(starting.Data["replay_cache:wait_seconds"], System.Globalization.CultureInfo.InvariantCulture)));

        Assert.Equal((200, "Degraded"), (starting.HttpStatus, starting.Status));
        Assert.StartsWith("Trusted requests are refused with UNAVAILABLE for 31 more seconds", starting.Description, StringComparison.Ordinal);
        Assert.Equal("Healthy", (await server.ReadHealthAsync()).Status);
        Assert.Equal("OK", (await server.Trusted("/closed", time: _time).SendAsync()).Code);
    }

    [Fact]
    public async Task A_replay_cache_that_is_nearly_full_of_one_application_is_degraded()
    {
        var cache = new InMemoryReplayCache(new InMemoryReplayCacheOptions { CapacityPerApplication = 5, IsNewInstallation = true }, _time);
        await using KestrelServer server = await StartAsync(memory: cache);
        for (int request = 0; request < 4; request++) Assert.Equal("OK", (await server.Trusted("/closed", time: _time).SendAsync()).Code);

        HealthAnswer health = await server.ReadHealthAsync();

        Assert.Equal(("Degraded", "80"), (health.Status, health.Data["replay_cache:fill_percent"]));
        Assert.StartsWith("The replay cache of 'wiki' is 80 % full", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_were_not_rotated_in_time_are_degraded()
    {
        using var file = new TestKeyFile(ThrowAwayKeys.Of("tracker", 2, _time.GetUtcNow().AddDays(-3)).RotateEncryptionKeys(_time.GetUtcNow().AddDays(-3), TimeSpan.FromDays(1)));
        await using KestrelServer server = await StartAsync(configure: options => options.Keys = file.Path);

        HealthAnswer health = await server.ReadHealthAsync();

        Assert.Equal("Degraded", health.Status);
        Assert.Matches("^The encryption key of 'tracker' should have been rotated at .*, and was not", health.Description);
    }

    [Fact]
    public async Task A_key_file_that_was_replaced_by_another_is_degraded_until_it_is_restored()
    {
        using var file = new TestKeyFile(TestKeys.Tracker);
        byte[] good = File.ReadAllBytes(file.Path);
        await using KestrelServer server = await StartAsync(configure: options => options.Keys = file.Path);

        File.WriteAllText(file.Path, "{\"private\":\"secret\"}");
        _time.Advance(TimeSpan.FromSeconds(5));
        HealthAnswer broken = await server.ReadHealthAsync();
        File.WriteAllBytes(file.Path, good);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(("Degraded", "False"), (broken.Status, broken.Data["keys:tracker:file_is_usable"]));
        Assert.StartsWith($"The key file {file.Path} was changed and cannot be used, so the keys in memory stay in use and the next start would fail", broken.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", broken.Description, StringComparison.Ordinal);
        Assert.Equal("Healthy", (await server.ReadHealthAsync()).Status);
    }

    [Fact]
    public async Task A_trust_store_that_is_silent_is_unhealthy()
    {
        var store = new SilentStore();
        await using KestrelServer server = await StartAsync(services: services => services.AddKeyedSingleton<ITrustStore>("TrustedApps", store));
        Assert.Equal("Healthy", (await server.ReadHealthAsync()).Status);

        store.IsAvailable = false;
        HealthAnswer health = await server.ReadHealthAsync();

        Assert.Equal((503, "Unhealthy", "False"), (health.HttpStatus, health.Status, health.Data["scheme:TrustedApps:trust_store_answers"]));
        Assert.StartsWith("Scheme 'TrustedApps': the trust store was not refreshed within its bound", health.Description, StringComparison.Ordinal);
        Assert.Equal("UNAVAILABLE", (await server.Trusted("/closed", time: _time).SendAsync()).Code);
    }

    [Fact]
    public async Task A_change_of_the_configuration_that_cannot_be_used_is_unhealthy_until_it_can()
    {
        await using ReloadedTracker tracker = await ReloadedTracker.StartAsync([ReloadedTracker.Trust(TestKeys.Wiki)], HealthPage.Add);
        IServiceProvider services = tracker.Server.Services;
        Assert.Equal("Healthy", (await services.ReadHealthAsync()).Status);

        tracker.Write([ReloadedTracker.Trust(TestKeys.Wiki, trust => trust["Adresses"] = "*")]);
        await tracker.Server.Logs.FirstAsync("ConfigurationNotUsed");
        HealthAnswer health = await services.ReadHealthAsync();
        tracker.Write([ReloadedTracker.Trust(TestKeys.Wiki), ReloadedTracker.Trust(TestKeys.Blog)]);
        await ReloadedTracker.UntilAsync(async () => (await services.ReadHealthAsync()).Status == "Healthy", "still unhealthy");

        Assert.Equal(("Unhealthy", "1"), (health.Status, health.Data["configuration:changes_not_in_use"]));
        Assert.StartsWith("The last change of the configuration of trusted applications is not in use: ", health.Description, StringComparison.Ordinal);
        Assert.Contains("Authentication:Schemes:TrustedApps:Applications:0:Adresses", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_fails_hides_nothing_of_the_rest()
    {
        await using KestrelServer server = await StartAsync(services: services => services.AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, new FailingStore()));

        HealthAnswer health = await server.ReadHealthAsync();

        Assert.Equal("Degraded", health.Status);
        Assert.StartsWith("FailingStore cannot report its state: NotSupportedException.", health.Description, StringComparison.Ordinal);
        Assert.Contains("fault:FailingStore", health.Data.Keys);
        Assert.Contains("keys:tracker:changed_at", health.Data.Keys); // of the same scheme
        Assert.Contains("replay_cache:wait_seconds", health.Data.Keys);
    }

    private Task<KestrelServer> StartAsync(
        Action<TrustedAppsOptions>? configure = null, Action<IServiceCollection>? services = null, IReplayCache? memory = null, bool hasMemory = true) => Version4.StartAsync(
            options =>
            {
                configure?.Invoke(options);
                if (!hasMemory) options.ReplayFile = "";
            },
            services: added =>
            {
                HealthPage.Add(added);
                services?.Invoke(added);
            },
            after: HealthPage.Map,
            time: _time,
            memory: memory,
            hasMemory: hasMemory);

    private sealed class SilentStore : ITrustStore
    {
        public bool IsAvailable { get; set; } = true;

        public TrustedApplication? Find(string applicationId) => null;
    }

    private sealed class FailingStore : ITrustStore, IHealthSource
    {
        public TrustedApplication? Find(string applicationId) => null;

        public IEnumerable<HealthReading> ReadHealth() => throw new NotSupportedException();
    }
}
