using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Tests.Startup;

/// <summary>Where a scheme's own keys come from, and how they are replaced while it runs.</summary>
public sealed class OwnKeysTests
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(5);

    private readonly ManualTimeProvider _clock = ManualTimeProvider.OfToday();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [AtEachEntrance]
    public async Task A_key_file_that_is_rotated_is_used_without_a_restart(Entrance entrance)
    {
        using var file = new TestKeyFile(TestKeys.Tracker);
        await using KestrelServer tracker = await Version4.StartAsync(options => options.Keys = file.Path, entrance: entrance, time: _clock);
        ApplicationKeys rotated = TestKeys.Tracker.WithNext(_clock.GetUtcNow()).Rotate(_clock.GetUtcNow());
        var before = new AssertionIssuer(TestKeys.Wiki, TestKeys.Tracker.ToCertificate(), BaseUrl.Parse(tracker.Origin), _clock);
        var late = new AssertionIssuer(TestKeys.Wiki, TestKeys.Tracker.ToCertificate(), BaseUrl.Parse(tracker.Origin), _clock);
        var after = new AssertionIssuer(TestKeys.Wiki, rotated.ToCertificate(time: _clock), BaseUrl.Parse(tracker.Origin), _clock);
        Assert.Equal("OK", await SendAsync(tracker, before));
        Assert.Equal("BAD_GRANT", await SendAsync(tracker, after));

        rotated.Replace(file.Path);
        _clock.Advance(_look);

        ApplicationCertificate served = await FetchAsync(tracker);
        Assert.Equal(rotated.ToCertificate(time: _clock).SigningKeys, served.SigningKeys);
        Assert.Equal(rotated.ToCertificate(time: _clock).IssuedAt, served.IssuedAt);
        Assert.Equal("OK", await SendAsync(tracker, before)); // a grant that is kept
        Assert.Equal("OK", await SendAsync(tracker, late)); // the retired key still opens a new one
        Assert.Equal("OK", await SendAsync(tracker, after)); // also what was refused a moment ago
        Assert.Equal("OwnKeysReplaced", Assert.Single(tracker.Logs.Lines, line => line.Category == "TrustedApps.Keys.KeyFileStore").Event.Name);
    }

    [Fact]
    public async Task A_key_file_that_cannot_be_used_changes_nothing()
    {
        using var file = new TestKeyFile(TestKeys.Tracker);
        await using KestrelServer tracker = await Version4.StartAsync(options => options.Keys = file.Path, time: _clock);

        TestKeys.Blog.Replace(file.Path);
        _clock.Advance(_look);
        _clock.Advance(_look);

        Assert.Equal("OK", (await tracker.Trusted("/closed", time: _clock).SendAsync()).Code);
        Assert.Equal("tracker", (await FetchAsync(tracker)).Id);
        LogLine line = Assert.Single(tracker.Logs.Ours, line => line.Category == "TrustedApps.Keys.KeyFileStore");
        Assert.EndsWith("It belongs to 'blog', not to 'tracker'.", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_store_of_the_key_file_can_be_asked_for_and_changed()
    {
        using var file = new TestKeyFile(TestKeys.Tracker);
        await using KestrelServer tracker = await Version4.StartAsync(options => options.Keys = file.Path);
        IKeyStore store = tracker.Services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme);

        ApplicationKeys changed = await store.ChangeAsync(keys => keys.WithNext(TimeProvider.System.GetUtcNow()), Cancellation);

        Assert.IsType<KeyFileStore>(store);
        Assert.Equal(2, (await FetchAsync(tracker)).SigningKeys.Count);
        Assert.Equal(changed.Keys, ApplicationKeys.Load(file.Path).Keys);
    }

    [Fact]
    public async Task A_store_that_is_registered_for_the_scheme_takes_the_place_of_the_file()
    {
        var store = new Shelf(TestKeys.Tracker);
        await using KestrelServer tracker = await StartAsync(store, options => options.Keys = null);
        Assert.Same(store, tracker.Services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme));
        Assert.Equal("OK", (await tracker.Trusted("/closed").SendAsync()).Code);
        Assert.Single((await FetchAsync(tracker)).SigningKeys);

        await store.ChangeAsync(keys => keys.WithNext(TimeProvider.System.GetUtcNow()), Cancellation);

        Assert.Equal(2, (await FetchAsync(tracker)).SigningKeys.Count);
        Assert.Equal("OK", (await tracker.Trusted("/closed").SendAsync()).Code);
    }

    [Fact]
    public async Task A_store_that_is_registered_before_the_scheme_stays()
    {
        var store = new Shelf(TestKeys.Tracker);
        var services = new ServiceCollection();
        services.AddKeyedSingleton<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme, store);
        services.AddAuthentication().AddTrustedApps(options => options.BaseUrls.Add("https://tracker.example"));
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Same(store, provider.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme));
    }

    [Fact]
    public async Task A_store_beside_a_key_file_stops_the_start()
    {
        using var file = new TestKeyFile(TestKeys.Tracker);
        Assert.Equal(
            $"Scheme 'TrustedApps': this application's keys come either from Keys = '{file.Path}' or from the Shelf that is registered as IKeyStore for the scheme. Remove one of them.",
            await StoppedAsync(new Shelf(TestKeys.Tracker), options => options.Keys = file.Path));
    }

    [Fact]
    public async Task A_store_of_another_id_or_without_the_keys_that_are_needed_stops_the_start()
    {
        Assert.Equal(
            "Scheme 'TrustedApps': Id is 'tracker', but the Shelf belongs to 'blog'. Name the right store, or change Id.",
            await StoppedAsync(new Shelf(TestKeys.Blog), options => (options.Id, options.Keys) = ("tracker", null)));
        Assert.Equal(
            "Scheme 'TrustedApps': the Shelf has no keys for version 4. Add them with ApplicationKeys.PublishNext in its ChangeAsync.",
            await StoppedAsync(new Shelf(TestKeys.Weak), options => options.Keys = null));
    }

    private static Task<KestrelServer> StartAsync(IKeyStore store, Action<TrustedAppsOptions> configure) =>
        Version4.StartAsync(configure, services => services.AddKeyedSingleton(TrustedAppsDefaults.AuthenticationScheme, store));

    private static async Task<string> StoppedAsync(IKeyStore store, Action<TrustedAppsOptions> configure) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(store, configure))).Message;

    private static async Task<string> SendAsync(KestrelServer tracker, AssertionIssuer issuer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, tracker.Origin + "/closed");
        return (await request.With(issuer.Issue("fred", tracker.Origin + "/closed")).SendAsync()).Code!;
    }

    private async Task<ApplicationCertificate> FetchAsync(KestrelServer tracker)
    {
        using var client = new CertificateClient(new CertificateClientOptions(), new ManualTimeProvider(_clock.GetUtcNow().AddMinutes(1)));
        return await client.FetchAsync(new Uri(tracker.Origin), Cancellation);
    }

    /// <summary>A store of an application's own.</summary>
    private sealed class Shelf(ApplicationKeys stored) : IKeyStore
    {
        private ApplicationKeys? _keys;

        public ApplicationKeys Keys => _keys ?? throw new InvalidOperationException("Not loaded.");

        public ValueTask LoadAsync(CancellationToken cancellationToken)
        {
            _keys ??= stored;
            return default;
        }

        public Task<ApplicationKeys> ChangeAsync(Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken) =>
            Task.FromResult(_keys = change(Keys));
    }
}
