using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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
        Assert.Equal(2, host.Services.GetServices<ITrustedRequestObserver>().Count());
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
    public void Options_come_from_configuration()
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Connection", (string?)"trust.db"), KeyValuePair.Create("MaxStaleness", (string?)"00:00:05")])
            .Build();
        using ServiceProvider services = new ServiceCollection().AddLogging().AddTrustedAppsStore("scheme", configuration).BuildServiceProvider();

        Assert.Equal(TimeSpan.FromSeconds(5), services.GetRequiredService<IOptions<TrustedAppsStoreOptions>>().Value.MaxStaleness);
        Assert.NotNull(services.GetKeyedService<ITrustStore>("scheme"));
        Assert.Null(services.GetKeyedService<IKeyStore>("scheme")); // without a key folder
    }

    [Fact]
    public void A_mistake_in_configuration_is_found_when_the_store_is_added()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Conection", (string?)"trust.db")]).Build();
        var failure = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddTrustedAppsStore(configuration));
        Assert.StartsWith("Conection is not a setting of the store.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_has_one_store()
    {
        IServiceCollection services = new ServiceCollection().AddTrustedAppsStore(store => store.Connection = "trust.db");
        var failure = Assert.Throws<InvalidOperationException>(() => services.AddTrustedAppsStore(store => store.Connection = "trust.db"));
        Assert.StartsWith("AddTrustedAppsStore: the host has a store already.", failure.Message, StringComparison.Ordinal);
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
}
