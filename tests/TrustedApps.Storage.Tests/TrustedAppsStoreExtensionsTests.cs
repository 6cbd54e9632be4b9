using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Storage.Tests;

/// <summary>The store in a host without ASP.NET Core's scheme, such as a worker.</summary>
public class TrustedAppsStoreExtensionsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_serves_trusts_keys_and_replays_from_the_store()
    {
        using var folder = new ScratchFolder();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new ProviderSettings { ApplicationId = "tracker:1" });
        builder.Services.AddTrustedAppsStore(store => (store.Connection, store.KeyFolder) = (folder.PathOf("trust.db"), folder.PathOf("keys")));
        using IHost host = builder.Build();
        await host.StartAsync(Ct);

        var trusts = host.Services.GetRequiredKeyedService<ITrustStore>(ProviderSettings.DefaultScheme);
        Assert.True(trusts.IsAvailable);
        await host.Services.GetRequiredService<TrustAdministration>().AddAsync(Trusted.In("wiki"), "ann", Ct);
        var keys = host.Services.GetRequiredKeyedService<IKeyStore>(ProviderSettings.DefaultScheme);
        await keys.LoadAsync(Ct);

        Assert.NotNull(trusts.Find("wiki"));
        Assert.Equal("tracker:1", keys.Keys.Id);
        Assert.IsType<InMemoryReplayCache>(host.Services.GetRequiredService<IReplayCache>());
        Assert.Equal(3, host.Services.GetServices<ITrustedRequestObserver>().Count());
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Options_are_validated_when_the_host_starts()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddTrustedAppsStore(store => store.MaxStaleness = TimeSpan.Zero);
        using IHost host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Ct));

        Assert.Equal(2, failure.Failures.Count());
        Assert.Contains("AddTrustedAppsStore: Connection is missing.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("AddTrustedAppsStore: MaxStaleness is 00:00:00,", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_comes_from_configuration()
    {
        IConfiguration section = Section(
            ("Connection", "trust.db"), ("maxstaleness", "00:00:05"), ("KeyFolder", "keys"), ("ReplayTimeout", "00:00:03"));
        using ServiceProvider services = new ServiceCollection().AddLogging().AddTrustedAppsStore("scheme", section).BuildServiceProvider();

        TrustedAppsStoreOptions options = services.GetRequiredService<IOptions<TrustedAppsStoreOptions>>().Value;

        Assert.Equal(("trust.db", TimeSpan.FromSeconds(5), "keys", TimeSpan.FromSeconds(3)), (options.Connection, options.MaxStaleness, options.KeyFolder, options.ReplayTimeout));
    }

    [Fact]
    public async Task Without_a_key_folder_the_store_keeps_no_own_keys()
    {
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddTrustedAppsStore("scheme", Section(("Connection", "trust.db"))).BuildServiceProvider();
        Assert.NotNull(services.GetKeyedService<ITrustStore>("scheme"));
        Assert.Null(services.GetKeyedService<IKeyStore>("scheme"));
    }

    [Theory]
    [InlineData("MaxStalenes", "00:00:02", "Store:MaxStalenes is not a setting. Did you mean MaxStaleness?")]
    [InlineData("MaxStaleness", "2", "Store:MaxStaleness must be hours, minutes and seconds, such as 00:01:00; a bare number would be days.")]
    [InlineData("Connection:0", "trust.db", "Store:Connection must be a single value.")]
    public void A_setting_that_is_not_valid_is_named_when_the_store_is_added(string name, string value, string message)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddTrustedAppsStore(Section((name, value))));
        Assert.Equal(message, failure.Message);
    }

    [Fact]
    public void A_time_that_cannot_be_read_is_named()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddTrustedAppsStore(Section(("ReplayTimeout", "0:0:soon"))));
        Assert.Contains("Store:ReplayTimeout", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_has_one_store()
    {
        IServiceCollection services = new ServiceCollection().AddTrustedAppsStore(store => store.Connection = "trust.db");
        var failure = Assert.Throws<InvalidOperationException>(() => services.AddTrustedAppsStore(store => store.Connection = "trust.db"));
        Assert.StartsWith("AddTrustedAppsStore: the host has a store already.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_for_a_scheme_that_does_not_exist_stops_the_start()
    {
        using var folder = new ScratchFolder();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddTrustedAppsStore("Internl", store => store.Connection = folder.PathOf("trust.db"));
        builder.Services.AddSingleton(new ProviderSettings { Scheme = "Internal" }).AddSingleton(new ProviderSettings());
        using IHost host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Ct));

        Assert.Contains("for the scheme 'Internl', and the host has 'Internal', 'TrustedApps',", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_folder_in_a_worker_is_not_said_to_be_a_silent_store()
    {
        using var folder = new ScratchFolder();
        using (IHost first = Worker("keys", new LogRecorder()))
        {
            await first.Services.GetRequiredKeyedService<IKeyStore>(ProviderSettings.DefaultScheme).LoadAsync(Ct);
        }

        var log = new LogRecorder();
        using IHost worker = Worker("other", log);
        await worker.StartAsync(Ct);
        LogLine line = await log.FirstAsync("OwnKeysUnreadable");
        Assert.Contains("'tracker:1'", line.Message, StringComparison.Ordinal);
        Assert.Contains(folder.PathOf("other"), line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Lines, other => other.Event.Name == "StoreSilent");
        await worker.StopAsync(Ct);

        IHost Worker(string keys, LogRecorder lines)
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Logging.AddProvider(lines);
            builder.Services.AddSingleton(new ProviderSettings { ApplicationId = "tracker:1" });
            builder.Services.AddTrustedAppsStore(store =>
                (store.Connection, store.KeyFolder, store.MaxStaleness) = (folder.PathOf("trust.db"), folder.PathOf(keys), TimeSpan.FromMilliseconds(500)));
            return builder.Build();
        }
    }

    [Fact]
    public async Task Own_keys_need_an_id()
    {
        using var folder = new ScratchFolder();
        await using ServiceProvider services = new ServiceCollection().AddLogging()
            .AddTrustedAppsStore(store => (store.Connection, store.KeyFolder) = (folder.PathOf("trust.db"), folder.PathOf("keys")))
            .BuildServiceProvider();
        var failure = Assert.Throws<InvalidOperationException>(() => services.GetKeyedService<IKeyStore>(ProviderSettings.DefaultScheme));
        Assert.Equal("Scheme 'TrustedApps': Id is missing. The store keeps own keys (KeyFolder) under this application's id: set Id.", failure.Message);
    }

    private static IConfigurationSection Section(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Store:{setting.Name}", (string?)setting.Value)))
        .Build()
        .GetSection("Store");
}
