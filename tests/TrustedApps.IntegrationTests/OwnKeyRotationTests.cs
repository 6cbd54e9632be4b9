using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests;

/// <summary>The consumer's own keys are replaced while it runs.</summary>
public sealed class OwnKeyRotationTests
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(5);

    private readonly RequestLog _seen = new();
    private readonly ManualTimeProvider _clock = ManualTimeProvider.OfToday();

    [Fact]
    public async Task A_rotated_key_file_signs_the_next_request()
    {
        ApplicationKeys published = TestKeys.Wiki.WithNext(_clock.GetUtcNow());
        using var file = new TestKeyFile(published);
        await using KestrelServer tracker = await StartTrackerAsync(file);
        using var wiki = Consumer.OfVersion4(tracker.Origin, options => (options.Keys, options.KeyFile) = (null, file.Path), time: _clock);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);

        published.Rotate(_clock.GetUtcNow()).Replace(file.Path);
        _clock.Advance(_look);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);

        string?[] keys = [.. _seen.Trusted.Select(request => request["X-Seraph-Trusted-App-Key"])];
        Assert.Null(keys[1]); // the grant of the first is named
        Assert.NotEqual(keys[0]!.Split('.')[0], keys[2]!.Split('.')[0]); // another key has signed
        Assert.Single(wiki.Logs.Lines, line => line.Event.Name == "OwnKeysReplaced");
        Assert.Single(wiki.Logs.Lines, line => line.Event.Name == "ProviderPinned"); // the provider is the same as before
    }

    [Fact]
    public async Task A_request_that_is_under_way_ends_with_the_old_key()
    {
        ApplicationKeys published = TestKeys.Wiki.WithNext(_clock.GetUtcNow());
        using var file = new TestKeyFile(published);
        var arrived = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using KestrelServer tracker = await StartTrackerAsync(file, async path =>
        {
            if (!path.StartsWith("/closed/slow", StringComparison.Ordinal)) return;
            arrived.TrySetResult();
            await goOn.Task;
        });
        using var wiki = Consumer.OfVersion4(tracker.Origin, options => (options.Keys, options.KeyFile) = (null, file.Path), time: _clock);

        Task<Answer> slow = wiki.GetAsync(tracker.Origin + "/closed/slow");
        await arrived.Task;
        published.Rotate(_clock.GetUtcNow()).Replace(file.Path);
        _clock.Advance(_look);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
        goOn.SetResult();

        Assert.Equal("OK", (await slow).Code);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    public async Task Older_versions_sign_with_a_new_key_as_well(string version)
    {
        ApplicationKeys other = ThrowAwayKeys.Of("wiki", 3);
        using var file = new TestKeyFile(TestKeys.Wiki);
        await using KestrelServer tracker = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(other, version)));
        using var wiki = new Consumer(tracker.Origin, options => (options.Keys, options.KeyFile, options.Version) = (null, file.Path, version), time: _clock);
        Assert.NotEqual("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);

        other.Replace(file.Path);
        _clock.Advance(_look);

        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_in_the_options_or_among_the_services_is_loaded_and_followed(bool isInOptions)
    {
        ApplicationKeys published = TestKeys.Wiki.WithNext(_clock.GetUtcNow());
        using var file = new TestKeyFile(published);
        using var store = new KeyFileStore(file.Path, _clock);
        await using KestrelServer tracker = await StartTrackerAsync(file);
        using var wiki = Consumer.OfVersion4(
            tracker.Origin,
            options => (options.Keys, options.KeyStore) = (null, isInOptions ? store : null),
            before: builder => builder.Services.AddSingleton<IKeyStore>(store),
            time: _clock);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);

        await store.ChangeAsync(keys => keys.Rotate(_clock.GetUtcNow()), TestContext.Current.CancellationToken);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);

        Assert.Equal(2, _seen.Trusted.Select(request => request["X-Seraph-Trusted-App-Key"]!.Split('.')[0]).Distinct().Count()); // signers
    }

    [Fact]
    public async Task Keys_that_the_version_cannot_be_spoken_with_are_not_used_and_logged_once()
    {
        var store = new Shelf(TestKeys.Wiki);
        await using KestrelServer tracker = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki)));
        using var wiki = new Consumer(tracker.Origin, options => (options.Keys, options.KeyStore) = (null, store), time: _clock);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);

        store.Keys = TestKeys.Blog;
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);

        Assert.Single(wiki.Logs.Lines, line => line.Event.Name == "OwnKeysNotUsed");
    }

    [Fact]
    public void A_key_file_that_is_not_there_is_noticed_when_the_client_is_made()
    {
        using var wiki = new Consumer("https://tracker.example", options => (options.Keys, options.KeyFile) = (null, "/nowhere/keys.json"));

        Assert.Contains("trusted-apps keys new", Assert.Throws<FileNotFoundException>(() => wiki.Client).Message, StringComparison.Ordinal);
    }

    // It knows the wiki's next keys as well, from the certificate beside the file.
    private Task<KestrelServer> StartTrackerAsync(TestKeyFile wiki, Func<string, Task>? before = null) => Version4.StartAsync(
        options => options.Applications.Add(Version4.Trust(trust => trust.CertificateFile = wiki.CertificatePath)),
        before: app =>
        {
            _seen.WatchAlone(app);
            app.Use(async (context, next) =>
            {
                if (before is not null) await before(context.Request.Path);
                await next(context);
            });
        },
        time: _clock);

    private sealed class Shelf(ApplicationKeys keys) : IKeyStore
    {
        public ApplicationKeys Keys { get; set; } = keys;

        public ValueTask LoadAsync(CancellationToken cancellationToken) => default;

        public Task<ApplicationKeys> ChangeAsync(Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken) => Task.FromResult(Keys = change(Keys));
    }
}
