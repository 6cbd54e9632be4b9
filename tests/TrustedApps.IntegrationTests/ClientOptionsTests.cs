using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests;

public sealed class ClientOptionsTests
{
    private const string Client = "TrustedAppClientOptions of the client 'tracker': ";

    [Fact]
    public void A_base_URL_that_is_missing_is_named() => AssertRefused(
        "BaseUrl is missing. Set the provider's base URL in normal form, such as https://tracker.example/app.",
        options => options.BaseUrl = null);

    [Theory]
    [InlineData("tracker.example")]
    [InlineData("https://tracker.example/")]
    public void A_base_URL_that_is_none_is_named(string baseUrl) => AssertRefused(
        $"BaseUrl: '{baseUrl}' is not a valid base URL: use http or https, host in lower case, a port only if it is not the default, and the path without a final slash, such as https://tracker.example/app.",
        options => options.BaseUrl = baseUrl);

    [Fact]
    public void Keys_are_needed() => AssertRefused(
        "exactly one of KeyFile, KeySource, KeyStore and Keys must be set, or none if an IKeyStore is registered. 'trusted-apps keys new' makes a key file.",
        options => options.Keys = null);

    [Fact]
    public void Keys_and_a_key_file_are_one_too_many() => AssertRefused(
        "exactly one of KeyFile, KeySource, KeyStore and Keys must be set, or none if an IKeyStore is registered. 'trusted-apps keys new' makes a key file.",
        options => options.KeyFile = "keys.json");

    [Theory]
    [InlineData("5")]
    [InlineData("v3")]
    [InlineData("")]
    public void A_version_that_there_is_none_of_is_named(string version) => AssertRefused(
        $"Version must be one of 1, 2, 3, 4, warwick, but is '{version}'.",
        options => options.Version = version);

    [Theory]
    [InlineData(-1)]
    [InlineData(21)]
    public void So_many_redirects_are_out_of_range(int limit) => AssertRefused(
        $"MaxRedirects must be 0 to 20, but is {limit}.",
        options => options.MaxRedirects = limit);

    [Theory]
    [InlineData(-1)]
    [InlineData(60_001)]
    public void A_delay_out_of_range_is_named(int milliseconds) => AssertRefused(
        $"MaxRetryDelay must be 00:00:00 to 00:01:00, but is {TimeSpan.FromMilliseconds(milliseconds)}.",
        options => options.MaxRetryDelay = TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(-1)]
    [InlineData((1 << 30) + 1)]
    public void A_buffer_out_of_range_is_named(int size) => AssertRefused(
        $"MaxBufferedContent must be 0 to 1073741824 bytes, but is {size}.",
        options => options.MaxBufferedContent = size);

    [Theory]
    [InlineData(-1)]
    [InlineData(3601)]
    public void A_clock_correction_out_of_range_is_named(int seconds) => AssertRefused(
        $"MaxClockCorrection must be 00:00:00 to 01:00:00, but is {TimeSpan.FromSeconds(seconds)}.",
        options => options.MaxClockCorrection = TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(null, null)]
    [InlineData("tracker.json", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]
    public void Version_4_needs_to_know_the_provider_in_one_way(string? file, string? fingerprint) => AssertRefused(
        "version 4 needs the provider's certificate: either ProviderCertificateFile or ProviderFingerprints must be set, or none if an IProviderStore is registered. 'trusted-apps certificate read URL' shows the fingerprints: compare them with those that the provider's administrator sees. For an older version, set Version.",
        options =>
        {
            (options.Version, options.ProviderCertificateFile) = ("4", file);
            if (fingerprint is not null) options.ProviderFingerprints.Add(fingerprint);
        });

    [Fact]
    public void Stamping_ahead_is_for_older_versions() => AssertRefused(
        "PostDate must be false under version 4, whose assertions are never post-dated. Remove the setting.",
        options => (options.Version, options.ProviderCertificateFile, options.PostDate) = ("4", "tracker.json", true));

    [Fact]
    public void What_is_left_out_has_the_documented_default()
    {
        var options = new TrustedAppClientOptions();
        Assert.Equal(("4", 1 << 20, TimeSpan.FromMinutes(10)), (options.Version, options.MaxBufferedContent, options.MaxClockCorrection));
        Assert.Equal((true, false, false), (options.RefreshProviderCertificate, options.AllowUnboundContent, options.AllowHttp));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void Versions_1_and_2_over_plain_http_are_refused(string version) => AssertRefused(
        $"BaseUrl http://tracker.example is plain http, so a reader of one request under version {version} can forge others for any user. Use https or version 3. Only AllowForgeableVersionsOverHttp lets version {version} use plain http.",
        options => (options.BaseUrl, options.Version) = ("http://tracker.example", version));

    [Theory]
    [InlineData("1", "https://tracker.example", false)]
    [InlineData("2", "http://127.0.0.1:8080", false)]
    [InlineData("2", "http://localhost", false)]
    [InlineData("3", "http://tracker.example", false)]
    [InlineData("warwick", "http://tracker.example", false)]
    [InlineData("1", "http://tracker.example", true)]
    public void What_is_safe_or_allowed_by_name_passes(string version, string baseUrl, bool allow)
    {
        using var wiki = new Consumer("unused", options =>
            (options.BaseUrl, options.Version, options.AllowForgeableVersionsOverHttp) = (baseUrl, version, allow));

        using HttpClient client = wiki.Client;

        Assert.NotNull(client);
    }

    [Fact]
    public async Task With_a_host_bad_options_stop_the_start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddHttpClient("tracker").AddTrustedApp(options => options.Keys = TestKeys.Wiki);
        using IHost host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith(Client + "BaseUrl", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task An_older_version_that_is_not_registered_stops_the_start_and_the_package_is_named(string version)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddHttpClient("tracker").AddTrustedApp(options =>
            (options.BaseUrl, options.Keys, options.Version) = ("https://tracker.example", TestKeys.Wiki, version));
        using IHost host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            [Client + $"Version is '{version}', which is in the package TrustedApps.Legacy: add that package and call AddLegacyVersions() on the services, or set Version to 4."],
            failure.Failures);
    }

    [Fact]
    public async Task Two_clients_have_options_of_their_own()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(options =>
        {
            options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, "3"));
            options.Applications.Add(TestProvider.Trust(TestKeys.Blog, "warwick"));
        });
        IServiceCollection services = new ServiceCollection().AddLegacyVersions();
        Add("one", TestKeys.Wiki, "3", "fred");
        Add("two", TestKeys.Blog, "warwick", "ann");
        await using ServiceProvider provider = services.BuildServiceProvider();
        var clients = provider.GetRequiredService<IHttpClientFactory>();

        Assert.Equal("fred", await clients.CreateClient("one").GetStringAsync(tracker.Origin + "/closed", TestContext.Current.CancellationToken));
        Assert.Equal("ann", await clients.CreateClient("two").GetStringAsync(tracker.Origin + "/closed", TestContext.Current.CancellationToken));

        void Add(string name, ApplicationKeys keys, string version, string user) => services.AddHttpClient(name).AddTrustedApp(options =>
            (options.BaseUrl, options.Keys, options.Version, options.CurrentUser) = (tracker.Origin, keys, version, () => user));
    }

    [Fact]
    public async Task Keys_may_come_from_a_file()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        TestKeys.Wiki.Save(path);
        await using KestrelServer tracker = await TestProvider.StartAsync();
        using var wiki = new Consumer(tracker.Origin, options => (options.Keys, options.KeyFile) = (null, path));

        Answer answer = await wiki.GetAsync(tracker.Origin + "/closed");
        File.Delete(path);
        Answer again = await wiki.GetAsync(tracker.Origin + "/closed"); // read once

        Assert.Equal(("OK", "OK"), (answer.Code, again.Code));
    }

    private static void AssertRefused(string problem, Action<TrustedAppClientOptions> configure)
    {
        using var wiki = new Consumer("https://tracker.example", configure);

        var failure = Assert.Throws<OptionsValidationException>(() => wiki.Client);

        Assert.Equal([Client + problem], failure.Failures);
    }
}
