using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrustedApps.Protocols;

namespace TrustedApps.AspNetCore.Tests.Startup;

/// <summary>Trusts that accept an older version on a host that has not registered it.</summary>
public class RegisteredVersionsTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task A_trust_of_configuration_stops_the_start_and_the_package_is_named(string version)
    {
        InvalidOperationException stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => TestProvider.StartAsync(
            options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, version)), Unregister));
        Assert.Equal(
            $"Scheme 'TrustedApps': the trust of 'wiki' accepts version '{version}', which is in the package TrustedApps.Legacy. Add that package and call AddLegacyVersions() on the services, or take the version out of the trust.",
            stopped.Message);
    }

    [Fact]
    public async Task A_trust_that_names_no_version_accepts_version_3_and_stops_the_start_too()
    {
        InvalidOperationException stopped = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki)), Unregister));
        Assert.Contains("accepts version '3'", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trust_of_a_store_in_memory_stops_the_start_too()
    {
        InvalidOperationException stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(new InMemoryTrustStore(Trust())));
        Assert.Contains("the trust of 'wiki' accepts version '3'", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_of_a_stored_trust_are_rejected_and_warned_about_once()
    {
        await using KestrelServer server = await StartAsync(new Store(Trust()));
        for (int time = 0; time < 3; time++) Assert.Equal("BAD_PROTOCOL_VERSION", (await server.Request("/closed").SendAsync()).Code);

        LogLine warning = Assert.Single(server.Logs.Ours, line => line.Event.Name == "VersionNotRegistered");
        Assert.StartsWith("The trust of 'wiki' accepts version 3, which is in the package TrustedApps.Legacy", warning.Message, StringComparison.Ordinal);
        Assert.Contains("AddLegacyVersions()", warning.Message, StringComparison.Ordinal);
        Assert.Single(server.Logs.Refusals); // the others are counted
    }

    private static Task<KestrelServer> StartAsync(ITrustStore store) => KestrelServer.StartAsync(
        (builder, origin) =>
        {
            builder.Services.AddAuthorization();
            builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options => options.BaseUrls.Add(origin));
            builder.Services.AddKeyedSingleton(TrustedAppsDefaults.AuthenticationScheme, store);
            Unregister(builder.Services);
        },
        TestProvider.MapWho);

    private static void Unregister(IServiceCollection services) => services.RemoveAll<LegacyProtocol>();

    private static TrustedApplication Trust() => new("wiki", TestKeys.Wiki.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"] });

    // A store that can only be asked, as one in a database.
    private sealed class Store(TrustedApplication trust) : ITrustStore
    {
        public TrustedApplication? Find(string applicationId) => applicationId == trust.Id ? trust : null;
    }
}
